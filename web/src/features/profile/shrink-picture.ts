/** Makes a picture small before it travels: photos of phones are larger than the server takes. */

const sideMax = 640;
const quality = 0.88;

/** The picture as it came where this browser cannot make it smaller. */
export const shrinkPicture = async (file: Blob): Promise<Blob> => {
	try {
		const bitmap = await createImageBitmap(file);
		const scale = Math.min(1, sideMax / Math.max(bitmap.width, bitmap.height));
		const canvas = document.createElement('canvas');
		canvas.width = Math.max(1, Math.round(bitmap.width * scale));
		canvas.height = Math.max(1, Math.round(bitmap.height * scale));
		canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
		bitmap.close();
		const shrunk = await new Promise<Blob | null>((resolve) => {
			canvas.toBlob(resolve, 'image/jpeg', quality);
		});
		return shrunk ?? file;
	} catch {
		return file;
	}
};
