import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** The one place in which a sealed text can be opened: its tenant, object, record and field, by their ids. */
export type SealPlace = { readonly tenantId: number; readonly object: string; readonly record: string; readonly field: string };

/** Keys that values are sealed with, made from the secrets of the installation: the first seals, all of them open. */
export type Keyring = {
  seal(place: SealPlace, text: string): string;
  /** The text; undefined when its key is not on the ring, or when the value was changed or moved. */
  open(place: SealPlace, sealed: string): string | undefined;
  /** Name of the key that seals now, as it stands in what it sealed. */
  readonly current: string;
};

const VERSION = '1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const derive = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'fieldstone sealed values', purpose, 32));
/** Says which secret a key was made from without telling anything of it. */
const nameOf = (secret: string): string => createHash('sha256').update(derive(secret, 'name')).digest('hex').slice(0, 8);

/** What is authenticated with the text, so that it opens nowhere else. */
const bound = (key: string, { tenantId, object, record, field }: SealPlace): Buffer =>
  Buffer.from(JSON.stringify([VERSION, key, tenantId, object, record, field]));

/**
 * Shape:  a sealed text is `1.<key>.<base64url of IV, ciphertext and tag>`. AES-256-GCM with a random IV of 96 bits; one key for each tenant.
 * Source: NIST SP 800-38D; docs/operators.md, "Secrets in records".
 */
export function keyringOf(secret: string, formerSecrets: readonly string[] = []): Keyring {
  const secrets = new Map([...formerSecrets, secret].map((each) => [nameOf(each), each]));
  const current = nameOf(secret);
  const keys = new Map<string, Buffer>();
  const keyOf = (name: string, tenantId: number): Buffer | undefined => {
    const from = secrets.get(name);
    if (from === undefined) return undefined;
    const at = `${name} ${String(tenantId)}`;
    const key = keys.get(at) ?? derive(from, `tenant ${String(tenantId)}`);
    keys.set(at, key);
    return key;
  };
  return {
    seal(place, text) {
      const key = keyOf(current, place.tenantId);
      if (key === undefined) throw new Error('the keyring has no current key');
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(bound(current, place));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${current}.${sealed.toString('base64url')}`;
    },
    open(place, sealed) {
      const [version, name = '', body = '', ...more] = sealed.split('.');
      const bytes = Buffer.from(body, 'base64url');
      const key = keyOf(name, place.tenantId);
      if (version !== VERSION || more.length > 0 || key === undefined || bytes.length < IV_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(bound(name, place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
    current,
  };
}
