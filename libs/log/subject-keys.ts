import type { SubjectKey } from '@ledger/kernel';

type Json = Readonly<Record<string, unknown>>;
type Made = Readonly<{ entry: number; stream: string; commitment: string; fields: number }>;
/** What is wrong with a person's key, and the entry that says otherwise. */
export type KeyFinding = Readonly<{ entry: number; words: string }>;

const sealedBy = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? (value as { keyId?: unknown }).keyId : undefined;

/**
 * What the record says of people's data keys, followed entry by entry: for the writer's own self-check and for the auditor alike. What is
 * remembered grows with the people, not with the entries.
 */
export class SubjectKeys {
  private readonly made = new Map<string, Made>();
  private readonly destroyed = new Map<string, number>();

  /** `data` is what is shown of the entry; personal fields are checked where they are shown, which is as ciphertext. */
  follow(entry: number, stream: string, data: Json, personal: Json = {}): KeyFinding | undefined {
    const found = this.followKey(entry, stream, data['key']);
    if (found !== undefined) return found;
    for (const [field, value] of Object.entries(personal)) {
      const keyId = String(sealedBy(value));
      const made = this.made.get(keyId);
      if (made?.stream !== stream) return { entry, words: `The field ${field} of entry ${entry} is sealed by no key of its person` };
      if (this.destroyed.has(keyId))
        return { entry, words: `The field ${field} of entry ${entry} is sealed by a key that was destroyed before` };
      this.made.set(keyId, { ...made, fields: made.fields + 1 });
    }
    return undefined;
  }
  private followKey(entry: number, stream: string, noted: unknown): KeyFinding | undefined {
    if (noted === undefined) return undefined;
    const key = { ...(noted as SubjectKey) };
    const made = this.made.get(key.keyId);
    if (key.is === 'made') {
      if (made !== undefined) return { entry, words: `Entry ${entry} makes a key that entry ${made.entry} made before` };
      this.made.set(key.keyId, { entry, stream, commitment: key.commitment, fields: 0 });
      return undefined;
    }
    if (made?.stream !== stream) return { entry, words: `Entry ${entry} destroys a key that was never made for this person` };
    if (this.destroyed.has(key.keyId)) return { entry, words: `Entry ${entry} destroys a key for the second time` };
    this.destroyed.set(key.keyId, entry);
    return undefined;
  }

  /** The keys that these entries made, with what they commit to and whether they say that it was destroyed. */
  *all(): Generator<Readonly<{ keyId: string; stream: string; entry: number; commitment: string; destroyedIn: number | null }>> {
    for (const [keyId, { commitment, entry, stream }] of this.made)
      yield { keyId, stream, entry, commitment, destroyedIn: this.destroyed.get(keyId) ?? null };
  }
  /** Holds the record against the keys that are there. A key may be gone only where an entry says so, and is gone where one does. */
  findings(held: ReadonlySet<string>): readonly KeyFinding[] {
    return [...this.all()].flatMap(({ destroyedIn, entry, keyId, stream }) => {
      if (destroyedIn === null && !held.has(keyId))
        return [
          { entry, words: `The key that entry ${entry} made for ${stream} is missing, and no ErasureExecuted says that it was destroyed` },
        ];
      if (destroyedIn !== null && held.has(keyId))
        return [{ entry: destroyedIn, words: `Entry ${destroyedIn} says that the key of ${stream} was destroyed, and it is still there` }];
      return [];
    });
  }
  /** How many keys these entries destroyed, and how many shown fields that puts beyond use. */
  counts(): Readonly<{ destroyed: number; fieldsBeyondUse: number }> {
    const beyond = [...this.destroyed.keys()].reduce((sum, keyId) => sum + (this.made.get(keyId)?.fields ?? 0), 0);
    return { destroyed: this.destroyed.size, fieldsBeyondUse: beyond };
  }
}
