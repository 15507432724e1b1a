import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteFolder } from './site-folder.js';

describe('where the templates lie', () => {
  const project = mkdtempSync(join(tmpdir(), 'site-folder-'));
  const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  mkdirSync(join(project, 'dist', 'apps', 'ledger'), { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'community-commissioning-ledger' }));
  writeFileSync(join(project, 'dist', 'apps', 'ledger', 'main.js'), '');

  it('is beside the built program, when that is what runs', () =>
    expect(siteFolder(join(project, 'dist', 'apps', 'ledger', 'main.js'), elsewhere)).toEqual({
      project,
      templates: join(project, 'dist', 'apps', 'ledger', 'site'),
    }));
  it('is in the source tree, when a tool of the project runs', () =>
    expect(siteFolder(join(project, 'node_modules', 'jest', 'bin', 'jest.js'), elsewhere).templates).toBe(
      join(project, 'apps', 'ledger', 'site'),
    ));
  it('is found from the working folder, when the program lies elsewhere', () =>
    expect(siteFolder(join(elsewhere, 'tool.js'), join(project, 'dist')).project).toBe(project));
  it('is said to be missing, when it is nowhere', () =>
    expect(() => siteFolder(join(elsewhere, 'tool.js'), elsewhere)).toThrow('templates were not found'));
});
