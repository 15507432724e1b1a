import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

const PACKAGE = 'community-commissioning-ledger';

/** Each folder from this one up to the root of the disk. */
const upwards = (from: string): readonly string[] => {
  const above = dirname(from);
  return above === from ? [from] : [from, ...upwards(above)];
};
const isProject = (folder: string): boolean => {
  const file = join(folder, 'package.json');
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === PACKAGE;
};

/**
 * Where the pages' templates and style sheets lie: beside the built program when that is what runs, else in the source tree.
 * Found from the program that was started, then from the working folder, so that it holds as ES module, under tests and when installed.
 */
export function siteFolder(
  entry: string = process.argv[1] ?? '',
  cwd: string = process.cwd(),
): { readonly templates: string; readonly project: string } {
  for (const start of [resolve(entry), resolve(cwd)]) {
    const project = upwards(start).find(isProject);
    if (project === undefined) continue;
    const built = start.startsWith(join(project, 'dist') + sep);
    return { project, templates: join(project, ...(built ? ['dist'] : []), 'apps', 'ledger', 'site') };
  }
  throw new Error(`The pages' templates were not found from "${entry}" or "${cwd}"`);
}
