import { useQueryClient } from '@tanstack/react-query';
import {
  Boxes,
  Coins,
  Contact,
  Database,
  Eye,
  FilePenLine,
  History,
  Languages,
  LogOut,
  Mail,
  MailCheck,
  Moon,
  Network,
  Package,
  Redo2,
  ShieldCheck,
  ShieldQuestion,
  Sun,
  Undo2,
  Users,
  Workflow,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import type { Me } from '@fieldstone/metadata/types/wire.js';
import { closeDraft, flushDraft, hasUnsaved, redoEdit, undoEdit, useDraftStore } from '../../api/draft-store.js';
import { signOut } from '../../api/metadata.js';
import { endSession, useMe } from '../../api/session.js';
import { applyTheme, isDark, readTheme } from '../../ui/theme.js';
import { toast, Toasts } from '../../ui/toasts.js';
import { QuotaNotice } from './QuotaNotice.js';
import { DraftSwitcher } from './DraftSwitcher.js';
import { SaveStateLabel } from './SaveStateLabel.js';
import { useLeaveGuard } from './use-leave-guard.js';
import { usePublishedEvents } from './use-published-events.js';

export function Shell() {
  const me = useMe().data;
  useUndoKeys();
  useLeaveGuard();
  usePublishedEvents();
  useShownPlace();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="topbar">
        <Link to="/objects" className="brand" aria-label="Fieldstone Studio">
          <img src="/studio/favicon.svg" alt="" />
          <b>Fieldstone</b> <span>Studio</span>
        </Link>
        <DraftBar />
        <ThemeButton />
        <SignOutButton />
      </header>
      <nav className="nav" aria-label="Studio">
        <h2>Data</h2>
        <Item to="/objects" icon={<Boxes size={17} aria-hidden />} label="Objects" />
        <Item to="/diagram" icon={<Network size={17} aria-hidden />} label="Diagram" />
        <Item to="/roles" icon={<ShieldCheck size={17} aria-hidden />} label="Roles" />
        <h2>Automation</h2>
        <Item to="/workflows" icon={<Workflow size={17} aria-hidden />} label="Workflows" />
        <Item to="/templates" icon={<Mail size={17} aria-hidden />} label="E-mail templates" />
        <Item to="/outbox" icon={<MailCheck size={17} aria-hidden />} label="Mail outbox" />
        <h2>System</h2>
        <Item to="/drafts" icon={<FilePenLine size={17} aria-hidden />} label="Drafts" />
        <Item to="/history" icon={<History size={17} aria-hidden />} label="History" />
        <Item to="/packs" icon={<Package size={17} aria-hidden />} label="Packs" />
        <Item to="/translations" icon={<Languages size={17} aria-hidden />} label="Translations" />
        <Item to="/database" icon={<Database size={17} aria-hidden />} label="Database" />
        {me?.capabilities.includes('manage_settings') === true && (
          <Item to="/currencies" icon={<Coins size={17} aria-hidden />} label="Currencies" />
        )}
        {me?.capabilities.includes('manage_users') === true && (
          <>
            <h2>People</h2>
            <Item to="/users" icon={<Users size={17} aria-hidden />} label="Users" />
            <Item to="/teams" icon={<Contact size={17} aria-hidden />} label="Teams and queues" />
            {me.capabilities.includes('explain_access') && (
              <Item to="/access" icon={<ShieldQuestion size={17} aria-hidden />} label="Why may they?" />
            )}
            <Item to="/viewings" icon={<Eye size={17} aria-hidden />} label="Viewed as" />
          </>
        )}
        <p className="nav-foot muted">
          {me?.user.name}
          <br />
          <a href="/">Open the CRM</a>
        </p>
      </nav>
      <main className="main" id="main" tabIndex={-1}>
        <QuotaNotice />
        <Outlet />
      </main>
      <Toasts />
    </div>
  );
}

/** On a narrow screen the places stand in a row that scrolls: the one that is open comes into sight. */
function useShownPlace(): void {
  const { pathname } = useLocation();
  useEffect(() => {
    document.querySelector('.nav a.active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
}

function Item({ to, icon, label }: { to: string; icon: React.ReactNode; label: string }) {
  return (
    <NavLink to={to} className={({ isActive }) => (isActive ? 'active' : '')}>
      {icon} {label}
    </NavLink>
  );
}

function DraftBar() {
  const history = useDraftStore((state) => state.history);
  const count = history.draft.changes.size;
  const lastDone = history.done.at(-1)?.label;
  const lastUndone = history.undone.at(-1)?.label;
  return (
    <>
      <span className="badge hide-narrow" title="The published state this draft starts from">
        Revision {history.draft.revision}
      </span>
      <DraftSwitcher />
      <SaveStateLabel />
      <span className="grow" />
      <button
        type="button"
        className="btn btn-plain btn-icon"
        aria-label={lastDone === undefined ? 'Undo' : `Undo: ${lastDone}`}
        title={lastDone === undefined ? 'Nothing to undo' : `Undo: ${lastDone} (Ctrl+Z)`}
        aria-keyshortcuts="Control+Z"
        disabled={lastDone === undefined}
        onClick={announceUndo}
      >
        <Undo2 size={17} aria-hidden />
      </button>
      <button
        type="button"
        className="btn btn-plain btn-icon"
        aria-label={lastUndone === undefined ? 'Redo' : `Redo: ${lastUndone}`}
        title={lastUndone === undefined ? 'Nothing to redo' : `Redo: ${lastUndone} (Ctrl+Shift+Z)`}
        aria-keyshortcuts="Control+Shift+Z"
        disabled={lastUndone === undefined}
        onClick={announceRedo}
      >
        <Redo2 size={17} aria-hidden />
      </button>
      <Link to="/review" className={count > 0 ? 'btn btn-primary' : 'btn'}>
        {count === 0 ? 'Review' : `Review ${count} ${count === 1 ? 'change' : 'changes'}`}
      </Link>
    </>
  );
}

const announceUndo = () => toast(`Undone: ${undoEdit() ?? ''}`, { action: { label: 'Redo', run: announceRedo } });
function announceRedo(): void {
  toast(`Done again: ${redoEdit() ?? ''}`);
}

const ownsUndo = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input:not([type=checkbox]):not([type=radio]):not([type=color]), textarea, [contenteditable=true]') !== null;

/** Ctrl+Z and Ctrl+Shift+Z everywhere; text inputs keep their own undo, and Ctrl+Shift+P opens the review. */
function useUndoKeys(): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || ownsUndo(event.target) || document.querySelector('dialog[open]') !== null)
        return;
      const key = event.key.toLowerCase();
      const { done, undone } = useDraftStore.getState().history;
      if (key === 'z' && !event.shiftKey && done.length > 0) announceUndo();
      else if (((key === 'z' && event.shiftKey) || key === 'y') && undone.length > 0) announceRedo();
      else if (key === 'p' && event.shiftKey) void navigate('/review');
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate]);
}

function ThemeButton() {
  const [theme, setTheme] = useState(readTheme);
  const dark = isDark(theme);
  return (
    <button
      type="button"
      className="btn btn-plain btn-icon"
      aria-label={dark ? 'Use light colours' : 'Use dark colours'}
      title={dark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => {
        const next = dark ? 'light' : 'dark';
        applyTheme(next);
        setTheme(next);
      }}
    >
      {dark ? <Sun size={17} aria-hidden /> : <Moon size={17} aria-hidden />}
    </button>
  );
}

function SignOutButton() {
  const client = useQueryClient();
  const leave = async () => {
    await flushDraft();
    if (hasUnsaved() && !window.confirm('Some edits could not be saved. Sign out and lose them?')) return;
    await signOut();
    closeDraft();
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' });
    client.setQueryData<Me | null>(['me'], null);
    endSession();
  };
  return (
    <button type="button" className="btn btn-plain btn-icon" aria-label="Sign out" title="Sign out" onClick={() => void leave()}>
      <LogOut size={17} aria-hidden />
    </button>
  );
}
