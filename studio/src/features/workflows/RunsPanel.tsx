import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { Link } from 'react-router';
import { readRuns } from '../../api/automation.js';
import { messageOf } from '../../api/client.js';
import { Empty, Failure } from '../../ui/states.js';
import { isOpen, RUN_STATUS, timeText, tookText } from './run-words.js';

const WATCH_MS = 3_000;

/** The last runs of a workflow; refreshed by itself while one is under way. */
export function RunsPanel({ workflow, isPublished }: { workflow: WorkflowDocument; isPublished: boolean }) {
  const runs = useQuery({
    queryKey: ['runs', workflow.name],
    queryFn: () => readRuns(workflow.name),
    enabled: isPublished,
    refetchInterval: (query) => (query.state.data?.data.some((run) => isOpen(run.status)) === true ? WATCH_MS : false),
  });
  return (
    <>
      <div className="side-head">
        <h2>Last runs</h2>
        <button
          type="button"
          className="btn btn-plain btn-icon"
          aria-label="Read the runs again"
          disabled={!isPublished}
          onClick={() => void runs.refetch()}
        >
          <RotateCw size={15} aria-hidden />
        </button>
      </div>
      {!isPublished && <Empty title="Not published yet">A workflow runs once it is published.</Empty>}
      {isPublished && runs.isError && (
        <Failure title="The runs can not be read" message={messageOf(runs.error)} retry={() => void runs.refetch()} />
      )}
      {isPublished && runs.isPending && <p className="side-body muted">Loading the runs</p>}
      {runs.data !== undefined && runs.data.data.length === 0 && (
        <Empty title="No runs yet">It has not been started since it was published.</Empty>
      )}
      <ul className="side-body">
        {runs.data?.data.map((run) => (
          <li key={run.id} className="value-row">
            <div className="row-between">
              <Link to={`/workflows/${workflow.name}/runs/${run.id}`}>{timeText(run.startedAt)}</Link>
              <span className={`badge ${RUN_STATUS[run.status].tone}`}>{RUN_STATUS[run.status].label}</span>
            </div>
            <span className="muted small">
              {run.record === null ? 'Without a record' : (run.record.label ?? run.record.id)}, {tookText(run.startedAt, run.endedAt)}
            </span>
            {run.error !== null && <span className="error-text">{run.error.message}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
