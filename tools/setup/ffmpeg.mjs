/**
 * Finds ffmpeg 5 or newer, or installs it where that is allowed. Without it everything but conversion works.
 */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuietly } from './child.mjs';
import { findProgram, installDebian } from './debian.mjs';
import { cacheFolder, say } from './paths.mjs';

const majorMin = 5;
const noteFile = join(cacheFolder, 'ffmpeg.json');
const versionMaxMs = 10_000;

/**
 * The major version in what `ffmpeg -version` prints; builds from source, which carry no number, count as
 * new.
 */
export const ffmpegMajorOf = (text) => {
	const word = /^ffmpeg version n?(\S+)/m.exec(text)?.[1];
	if (!word) return 0;
	return Number(/^(\d+)\./.exec(word)?.[1] ?? /^(\d+)$/.exec(word)?.[1] ?? Number.POSITIVE_INFINITY);
};

/** Path, size and time of a program: it is asked for its version once, not at each start. */
const nameOf = (file) => {
	const { size, mtimeMs } = statSync(file);
	return `${file} ${size} ${mtimeMs}`;
};

const isNoted = (name) => {
	try {
		return JSON.parse(readFileSync(noteFile, 'utf8')).name === name;
	} catch {
		return false;
	}
};

const isGood = async (file) => {
	const name = nameOf(file);
	if (isNoted(name)) return true;
	const { isDone, output } = await runQuietly(file, ['-version'], { timeoutMs: versionMaxMs });
	if (!isDone || ffmpegMajorOf(output) < majorMin) return false;
	try {
		mkdirSync(cacheFolder, { recursive: true });
		writeFileSync(noteFile, JSON.stringify({ name }));
	} catch {
		// Then it is asked again next time.
	}
	return true;
};

const findGood = async () => {
	const folder = process.env.HOLDFAST_FFMPEG_DIR;
	const file = findProgram('ffmpeg', folder ? [folder] : undefined);
	if (!file || !findProgram('ffprobe', [dirname(file)])) return null;
	return (await isGood(file)) ? file : null;
};

const advice = {
	linux: 'sudo apt-get install ffmpeg',
	darwin: 'brew install ffmpeg',
	win32: 'winget install ffmpeg',
};

/** Ends with ffmpeg in place, or with one line that says what to type. Never stops a start. */
export const ensureFfmpeg = async () => {
	if (await findGood()) return true;
	if (!process.env.HOLDFAST_FFMPEG_DIR && (await installDebian(['ffmpeg'])) && (await findGood()))
		return true;
	const type = advice[process.platform] ?? 'install ffmpeg';
	say(
		`no ffmpeg ${majorMin} or newer: films that the browser cannot decode will not play. To add it, type: ${type}`,
	);
	return false;
};
