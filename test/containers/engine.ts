import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';

/** As infra/Dockerfile builds it. */
const IMAGE = 'community-commissioning-ledger';
export const POSTGRES = 'postgres:15.13-bookworm';

/** Runs the engine's own program. @throws with its words when it fails. */
export function docker(...args: readonly string[]): string {
  const { error, status, stderr, stdout } = spawnSync('docker', args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}
export const hasImage = (image: string): boolean => spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0;
/** A program called docker proves nothing: an engine must answer, and know the images. */
export const isThere = hasImage(IMAGE) && hasImage(POSTGRES);
export const isRequired = process.env['REQUIRE_CONTAINERS'] === '1';
export const withContainers: jest.Describe = isThere || isRequired ? describe : describe.skip;
export const SKIPPED = isThere ? '' : ` (skipped without a container engine that has ${IMAGE} and ${POSTGRES})`;

/** The ledger's image as it is meant to be run: its two volumes can be written and nothing else, and it has no privilege. */
export class LedgerContainer extends GenericContainer {
  constructor({ home, signer }: Volumes, environment: Readonly<Record<string, string>> = {}) {
    super(IMAGE);
    this.hostConfig.ReadonlyRootfs = true;
    this.withTmpFs({ '/tmp': '' })
      .withDroppedCapabilities('ALL')
      .withSecurityOpt('no-new-privileges:true')
      .withBindMounts([
        { source: home, target: '/var/lib/ledger' },
        { source: signer, target: '/var/lib/ledger-signer' },
      ])
      .withEnvironment(environment)
      .withExposedPorts(3000)
      .withWaitStrategy(Wait.forHttp('/health/ready', 3000));
  }
}
export type Volumes = Readonly<{ home: string; signer: string }>;
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export const freshVolumes = (): Volumes => {
  const name = `ledger-test-${randomUUID().slice(0, 8)}`;
  return { home: docker('volume', 'create', `${name}-home`), signer: docker('volume', 'create', `${name}-signer`) };
};
export const removeVolumes = ({ home, signer }: Volumes): void => void docker('volume', 'rm', home, signer);

/** A ledger that runs, as a person meets it: its address, and whoever may ask by a token made inside. */
export class Running {
  constructor(readonly container: StartedTestContainer) {}
  get id(): string {
    return this.container.getId();
  }
  get url(): string {
    return `http://${this.container.getHost()}:${this.container.getMappedPort(3000)}`;
  }
  async operator(...args: string[]): Promise<string> {
    const { exitCode, output } = await this.container.exec(['operator', ...args]);
    if (exitCode !== 0) throw new Error(output);
    return output.trim();
  }
  async ask(command: string, body: object, as: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${this.url}/api/barking/commands/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.operator('token', '--as', as)}` },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  async read(path: string): Promise<Record<string, unknown>> {
    return (await (await fetch(`${this.url}/${path}`)).json()) as Record<string, unknown>;
  }
}
