import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import nunjucks from 'nunjucks';
import { siteFolder } from './site-folder.js';

export const { project, templates } = siteFolder();
export const assetFolder = join(templates, 'assets');
/** The two families of type, whose files are served straight from their packages. */
export const fontFolders = ['source-serif-4', 'source-sans-3']
  .map((family) => join(project, 'node_modules', '@fontsource', family, 'files'))
  .filter((folder) => existsSync(folder));

/** Each asset's address carries its content's hash, so that a browser may keep it for ever. */
const hashes = new Map(
  readdirSync(assetFolder).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(assetFolder, name)))
      .digest('hex')
      .slice(0, 12),
  ]),
);
const asset = (name: string): string => {
  const hash = hashes.get(name);
  if (hash === undefined) throw new Error(`There is no asset called ${name}`);
  return `/site/${name}?v=${hash}`;
};

/** Everything is escaped unless it is markup already, and a name that is not there stops the page instead of leaving a blank. */
const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(templates, { noCache: false, watch: false }), {
  autoescape: true,
  throwOnUndefined: false,
  trimBlocks: true,
  lstripBlocks: false,
});
environment.addGlobal('asset', asset);

export const render = (template: string, context: object): string => environment.render(template, context);
