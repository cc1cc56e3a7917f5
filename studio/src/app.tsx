import { useEffect } from 'react';
import { createBrowserRouter, Navigate } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { useDraftStore } from './api/draft-store.js';
import { loadDraft } from './api/draft-sync.js';
import { messageOf } from './api/client.js';
import { useMe } from './api/session.js';
import { NoPermission } from './features/shell/NoPermission.js';
import { RouteError } from './features/shell/RouteError.js';
import { Shell } from './features/shell/Shell.js';
import { SignIn } from './features/shell/SignIn.js';
import { ObjectListPage } from './features/objects/ObjectListPage.js';
import { Failure, Loading } from './ui/states.js';

/** Pages are their own chunks; only the list of objects comes with the shell. */
const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      errorElement: <RouteError />,
      hydrateFallbackElement: <Loading />,
      children: [
        { index: true, element: <Navigate to="/objects" replace /> },
        { path: 'objects', element: <ObjectListPage /> },
        { path: 'diagram', lazy: async () => ({ Component: (await import('./features/objects/DiagramPage.js')).DiagramPage }) },
        { path: 'objects/:object/:tab?', lazy: async () => ({ Component: (await import('./features/objects/ObjectPage.js')).ObjectPage }) },
        { path: 'layouts/:id', lazy: async () => ({ Component: (await import('./features/layouts/LayoutPage.js')).LayoutPage }) },
        { path: 'validations/:id', lazy: async () => ({ Component: (await import('./features/rules/ValidationPage.js')).ValidationPage }) },
        {
          path: 'record-types/:id',
          lazy: async () => ({ Component: (await import('./features/rules/RecordTypePage.js')).RecordTypePage }),
        },
        { path: 'actions/:id', lazy: async () => ({ Component: (await import('./features/actions/ActionPage.js')).ActionPage }) },
        { path: 'processes/:id', lazy: async () => ({ Component: (await import('./features/rules/ProcessPage.js')).ProcessPage }) },
        {
          path: 'workflows',
          lazy: async () => ({ Component: (await import('./features/workflows/WorkflowListPage.js')).WorkflowListPage }),
        },
        { path: 'workflows/:name', lazy: async () => ({ Component: (await import('./features/workflows/WorkflowPage.js')).WorkflowPage }) },
        { path: 'workflows/:name/runs/:run', lazy: async () => ({ Component: (await import('./features/workflows/RunPage.js')).RunPage }) },
        {
          path: 'templates',
          lazy: async () => ({ Component: (await import('./features/templates/TemplateListPage.js')).TemplateListPage }),
        },
        { path: 'templates/:id', lazy: async () => ({ Component: (await import('./features/templates/TemplatePage.js')).TemplatePage }) },
        { path: 'outbox', lazy: async () => ({ Component: (await import('./features/templates/OutboxPage.js')).OutboxPage }) },
        { path: 'review', lazy: async () => ({ Component: (await import('./features/plans/ReviewPage.js')).ReviewPage }) },
        { path: 'drafts', lazy: async () => ({ Component: (await import('./features/drafts/DraftsPage.js')).DraftsPage }) },
        { path: 'conflicts', lazy: async () => ({ Component: (await import('./features/drafts/ConflictsPage.js')).ConflictsPage }) },
        {
          path: 'elements/:kind/:name',
          lazy: async () => ({ Component: (await import('./features/plans/ElementHistoryPage.js')).ElementHistoryPage }),
        },
        { path: 'history', lazy: async () => ({ Component: (await import('./features/plans/HistoryPage.js')).HistoryPage }) },
        {
          path: 'history/:revision/return',
          lazy: async () => ({ Component: (await import('./features/plans/RollBackPage.js')).RollBackPage }),
        },
        { path: 'packs', lazy: async () => ({ Component: (await import('./features/packs/PackListPage.js')).PackListPage }) },
        { path: 'packs/:name', lazy: async () => ({ Component: (await import('./features/packs/PackPage.js')).PackPage }) },
        { path: 'packs/:name/:action', lazy: async () => ({ Component: (await import('./features/packs/PackPlanPage.js')).PackPlanPage }) },
        {
          path: 'translations',
          lazy: async () => ({ Component: (await import('./features/translations/TranslationsPage.js')).TranslationsPage }),
        },
        { path: 'database', lazy: async () => ({ Component: (await import('./features/plans/DatabasePage.js')).DatabasePage }) },
        {
          path: 'currencies',
          lazy: async () => ({ Component: (await import('./features/currencies/CurrenciesPage.js')).CurrenciesPage }),
        },
        { path: 'teams', lazy: async () => ({ Component: (await import('./features/people/TeamsPage.js')).TeamsPage }) },
        { path: 'access', lazy: async () => ({ Component: (await import('./features/people/AccessPage.js')).AccessPage }) },
        { path: 'roles', lazy: async () => ({ Component: (await import('./features/roles/RoleListPage.js')).RoleListPage }) },
        { path: 'roles/:id', lazy: async () => ({ Component: (await import('./features/roles/RolePage.js')).RolePage }) },
        { path: 'users', lazy: async () => ({ Component: (await import('./features/people/UsersPage.js')).UsersPage }) },
        { path: 'viewings', lazy: async () => ({ Component: (await import('./features/people/ViewingsPage.js')).ViewingsPage }) },
        { path: '*', element: <RouteError isInShell /> },
      ],
    },
  ],
  { basename: '/studio' },
);

export function App() {
  const me = useMe();
  if (me.isPending) return <Loading label="Signing in" />;
  if (me.isError) return <Failure title="The studio can not start" message={messageOf(me.error)} retry={() => void me.refetch()} />;
  if (me.data === null) return <SignIn />;
  if (!me.data.capabilities.includes('edit_metadata')) return <NoPermission me={me.data} />;
  return <Workspace owner={me.data.user.id} />;
}

function Workspace({ owner }: { owner: string }) {
  const status = useDraftStore((state) => state.status);
  const error = useDraftStore((state) => state.error);
  useEffect(() => {
    void loadDraft(owner);
  }, [owner]);
  if (status === 'failed')
    return <Failure title="The metadata can not be read" message={error ?? ''} retry={() => void loadDraft(owner)} />;
  if (status === 'loading') return <Loading label="Loading the metadata" />;
  return <RouterProvider router={router} />;
}
