/**
 * `node tools/tidy.ts`: the rules of the house that no compiler knows. Part of `npm run check`; under a
 * second.
 */
import { root } from './setup/paths.mjs';
import { readProject } from './tidy/project.ts';
import { tidyFindings } from './tidy/rules.ts';

const findings = tidyFindings(readProject(root));
for (const { rule, path, line, message } of findings) console.log(`${path}:${line} ${rule}: ${message}`);
if (findings.length > 0) process.exitCode = 1;
