import { useState } from 'react';
import { messageOf } from '../../api/client.js';
import { signIn } from '../../api/metadata.js';
import { queryClient } from '../../api/session.js';
import { TextField } from '../../ui/Field.js';
import { Refusal } from '../../ui/states.js';

/** The studio shares the session of the CRM; this form is for those who come here first. */
export function SignIn() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const submit = async () => {
    if (email.trim() === '' || password === '') {
      setError('Enter your e-mail address and password.');
      return;
    }
    setBusy(true);
    setError(undefined);
    try {
      await signIn(email.trim(), password);
      await queryClient.invalidateQueries({ queryKey: ['me'] });
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="center">
      <form
        className="card signin stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="row">
          <img src="/studio/favicon.svg" alt="" width={28} height={28} />
          <h1>Fieldstone Studio</h1>
        </div>
        <p className="muted">Sign in with an account that may edit metadata.</p>
        <TextField label="E-mail" type="email" autoComplete="username" value={email} onChange={setEmail} required />
        <TextField label="Password" type="password" autoComplete="current-password" value={password} onChange={setPassword} required />
        <Refusal text={error} />
        <button type="submit" className="btn btn-primary" disabled={isBusy}>
          {isBusy ? 'Signing in' : 'Sign in'}
        </button>
        <a href="/">Go to the CRM</a>
      </form>
    </main>
  );
}
