import { leaksOf, type MatrixReport } from './run-matrix.js';

/** The report in a few lines: what was tried, and everything that was found. */
export function renderMatrix(report: MatrixReport): string {
  const leaks = leaksOf(report);
  const lines = [
    `${String(report.calls)} calls as ${String(report.roles.length)} roles by ${String(report.channels.length)} ways, over ${String(report.objects.length)} objects.`,
    ...report.leftAlone.map(({ channel, reason }) => `left alone  ${channel}: ${reason}`),
    ...report.unfilled.map((object) => `no record   ${object}`),
    ...report.untried.map((way) => `UNTRIED     ${way}`),
    ...unique(
      leaks.map(
        ({ role, object, channel, mark, by }) => `LEAK        ${role} was shown ${mark} of ${object} by ${channel}\n            ${by}`,
      ),
    ).slice(0, 200),
    '',
    ...table(report),
    '',
    leaks.length + report.untried.length === 0
      ? 'Nobody was shown what they may not read.'
      : `${String(leaks.length)} leaks, ${String(report.untried.length)} ways untried.`,
  ];
  return lines.join('\n');
}

const unique = (lines: readonly string[]): string[] => [...new Set(lines)];

/** Roles down, objects across: how many answers were looked through, or how many leaks were in them. */
function table({ cells, roles, objects }: MatrixReport): string[] {
  const width = Math.max(...roles.map((role) => role.length), 4);
  const shown = objects.filter((object) => cells.some((cell) => cell.object === object && cell.asked > 0));
  const cellOf = (role: string, object: string): string => {
    const own = cells.filter((cell) => cell.role === role && cell.object === object);
    const leaks = own.reduce((sum, cell) => sum + cell.leaks.length, 0);
    if (leaks > 0) return `${String(leaks)} LEAKS`;
    const asked = own.reduce((sum, cell) => sum + cell.asked, 0);
    return asked === 0 ? '-' : String(asked);
  };
  const columns = shown.map((object) => ({ object, width: Math.max(object.length, 8) }));
  return [
    `${''.padEnd(width)}  ${columns.map(({ object, width: wide }) => object.padStart(wide)).join('  ')}`,
    ...roles.map(
      (role) => `${role.padEnd(width)}  ${columns.map(({ object, width: wide }) => cellOf(role, object).padStart(wide)).join('  ')}`,
    ),
  ];
}

/** The whole matrix as Markdown: for each way a table of roles and objects. */
export function matrixMarkdown(report: MatrixReport): string {
  const { cells, roles, objects, channels } = report;
  const leaks = leaksOf(report);
  const byKey = new Map(cells.map((cell) => [`${cell.role}\n${cell.object}\n${cell.channel}`, cell]));
  const sections = channels.map((channel) => {
    const shown = objects.filter((object) => roles.some((role) => byKey.has(`${role}\n${object}\n${channel}`)));
    const row = (role: string) =>
      shown.map((object) => {
        const cell = byKey.get(`${role}\n${object}\n${channel}`);
        if (cell === undefined) return '';
        return cell.leaks.length > 0 ? `**${String(cell.leaks.length)} leaks**` : `${String(cell.asked)} / ${String(cell.secrets)}`;
      });
    return [
      `## ${channel}`,
      '',
      `| role | ${shown.join(' | ')} |`,
      `| --- | ${shown.map(() => '---').join(' | ')} |`,
      ...roles.map((role) => `| ${role} | ${row(role).join(' | ')} |`),
      '',
    ].join('\n');
  });
  return [
    '# Leak matrix',
    '',
    `${String(report.calls)} calls. Each cell: answers that were looked through / texts that must not be in them.`,
    '',
    leaks.length === 0 ? 'No leaks.' : `**${String(leaks.length)} leaks.**`,
    '',
    ...leaks.map(
      ({ role, object, channel, mark, by }) => `- **${role}** was shown \`${mark}\` of ${object} by ${channel}: \`${by.slice(0, 300)}\``,
    ),
    ...report.untried.map((way) => `- **untried**: ${way}`),
    ...report.leftAlone.map(({ channel, reason }) => `- left alone: ${channel}: ${reason}`),
    ...report.unfilled.map((object) => `- no record of ${object}`),
    '',
    ...sections,
  ].join('\n');
}
