import type { RoleInfo } from '../../api/people.js';
import { CheckField } from '../../ui/Field.js';

type Props = { roles: readonly RoleInfo[]; chosen: readonly string[]; onChange: (chosen: string[]) => void; error?: string | undefined };

/** Roles first, then the permission sets that add to them. */
export function RoleChoice({ roles, chosen, onChange, error }: Props) {
  const boxes = (of: readonly RoleInfo[]) =>
    of.map((role) => (
      <CheckField
        key={role.name}
        label={role.label}
        checked={chosen.includes(role.name)}
        onChange={(isOn) => onChange(isOn ? [...chosen, role.name] : chosen.filter((each) => each !== role.name))}
      />
    ));
  const sets = roles.filter(({ isSet }) => isSet);
  return (
    <>
      <fieldset>
        <legend className="legend">Roles</legend>
        {boxes(roles.filter(({ isSet }) => !isSet))}
      </fieldset>
      {sets.length > 0 && (
        <fieldset>
          <legend className="legend">Permission sets</legend>
          {boxes(sets)}
        </fieldset>
      )}
      {error !== undefined && (
        <p className="error-text" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
