import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { appRoot } from '../../local/parts/paths';

/** A text of a built file, and what stands there in another build. */
export interface Change {
  /** below dist/ */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const copies: string[] = [];
afterAll(() => copies.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })));

/** A copy of the built app in a folder of its own, in which a spec puts other code: FUNCTIONS_APP_DIR. */
export class BuildCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-build-'));

  /** @param lasting changes that every build of it has */
  constructor(private readonly lasting: readonly Change[] = []) {
    copies.push(this.folder);
    for (const name of ['dist/src', 'dist/page', 'host.json'])
      cpSync(join(appRoot, name), join(this.folder, name), { recursive: true });
    // not the bundle: each file by itself, as it was compiled
    writeFileSync(
      join(this.folder, 'package.json'),
      '{ "main": "dist/src/{bootstrap,functions,orchestrators}/**/*.js" }',
    );
    symlinkSync(join(appRoot, 'node_modules'), join(this.folder, 'node_modules'), 'dir');
    this.deploy([]);
  }

  /** The build as it is, but for these changes. What was changed before is as it was. */
  deploy(changes: readonly Change[]): void {
    const all = [...this.lasting, ...changes];
    for (const file of new Set([...this.touched, ...all.map((change) => change.file)])) {
      let code = readFileSync(join(appRoot, 'dist', file), 'utf8');
      for (const { from, to } of all.filter((change) => change.file === file)) {
        if (!code.includes(from))
          throw new Error(`dist/${file} has no ${from}: what the spec changes is written otherwise.`);
        code = code.replace(from, () => to);
      }
      writeFileSync(join(this.folder, 'dist', file), code);
      this.touched.add(file);
    }
  }
  private readonly touched = new Set<string>();

  /** Puts a file of test/ into the build, compiled, at the same place below dist/. */
  add(...files: readonly string[]): void {
    for (const file of files) {
      const { code } = transformFileSync(join(appRoot, file), {
        module: { type: 'commonjs' },
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
      });
      const path = join(this.folder, 'dist', file.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, code);
    }
  }
}
