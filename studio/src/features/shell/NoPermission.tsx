import { ShieldAlert } from 'lucide-react';
import type { Me } from '@fieldstone/metadata/types/wire.js';
import { signOut } from '../../api/metadata.js';
import { endSession } from '../../api/session.js';
import { Empty } from '../../ui/states.js';

export function NoPermission({ me }: { me: Me }) {
  return (
    <main className="center">
      <div className="card">
        <Empty
          icon={<ShieldAlert size={30} aria-hidden />}
          title="You may not edit metadata"
          action={
            <div className="row">
              <a className="btn btn-primary" href="/">
                Go to the CRM
              </a>
              <button type="button" className="btn" onClick={() => void signOut().finally(endSession)}>
                Sign in as somebody else
              </button>
            </div>
          }
        >
          {me.user.name} is signed in, with {me.roles.length === 0 ? 'no role' : `the role ${me.roles.join(', ')}`}. The studio needs a role
          with the right to edit metadata. Ask an administrator to give it to you.
        </Empty>
      </div>
    </main>
  );
}
