/** Writes a small database of places in the MMDB form (MaxMind DB 2.0), for IPv4 networks. */

type Value = string | number | readonly Value[] | { readonly [name: string]: Value };

const control = (type: number, size: number): Buffer =>
	type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size]);

const sized = (type: number, size: number): Buffer => {
	if (size < 29) return control(type, size);
	return Buffer.concat([control(type, 29), Buffer.from([size - 29])]);
};

const encode = (value: Value): Buffer => {
	if (typeof value === 'string') {
		const text = Buffer.from(value);
		return Buffer.concat([sized(2, text.length), text]);
	}
	if (typeof value === 'number') {
		const bytes = Buffer.alloc(8);
		if (Number.isInteger(value) && value >= 0) {
			bytes.writeBigUInt64BE(BigInt(value));
			return Buffer.concat([sized(6, 4), bytes.subarray(4)]);
		}
		bytes.writeDoubleBE(value);
		return Buffer.concat([sized(3, 8), bytes]);
	}
	if (Array.isArray(value))
		return Buffer.concat([control(11, value.length), ...value.map((each: Value) => encode(each))]);
	const entries = Object.entries(value as { readonly [name: string]: Value });
	const members = entries.map(([name, each]) => Buffer.concat([encode(name), encode(each)]));
	return Buffer.concat([sized(7, entries.length), ...members]);
};

export interface PlaceEntry {
	/** Such as `203.0.113.0`. */
	readonly network: string;
	readonly prefix: number;
	readonly city: string;
	readonly country: string;
	readonly latitude: number;
	readonly longitude: number;
}

/** A tree of 32-bit records over these networks, which do not overlap. */
export const placesFile = (entries: readonly PlaceEntry[]): Buffer => {
	type Node = [number | Node | null, number | Node | null];
	const root: Node = [null, null];
	const data: Buffer[] = [];
	let dataBytes = 0;
	for (const { network, prefix, city, country, latitude, longitude } of entries) {
		const bits = network
			.split('.')
			.map((part) => Number(part).toString(2).padStart(8, '0'))
			.join('')
			.slice(0, prefix);
		let node = root;
		for (const [depth, bit] of [...bits].entries()) {
			const side = Number(bit) as 0 | 1;
			if (depth === prefix - 1) node[side] = dataBytes;
			else {
				const next = node[side] ?? [null, null];
				node[side] = next;
				node = next as Node;
			}
		}
		// Doubles that are whole numbers would be written as integers.
		const location = { latitude: latitude + 1e-9, longitude: longitude + 1e-9 };
		const names = { city: { names: { en: city } }, country: { names: { en: country } } };
		const record = encode({ ...names, location });
		data.push(record);
		dataBytes += record.length;
	}
	const nodes: Node[] = [];
	const number = (node: Node): void => {
		nodes.push(node);
		for (const side of node) if (Array.isArray(side)) number(side);
	};
	number(root);
	const tree = Buffer.alloc(nodes.length * 8);
	for (const [index, node] of nodes.entries())
		for (const [side, child] of node.entries()) {
			const absent = nodes.length;
			const at = Array.isArray(child) ? nodes.indexOf(child) : child === null ? absent : absent + 16 + child;
			tree.writeUInt32BE(at, index * 8 + side * 4);
		}
	const metadata = encode({
		node_count: nodes.length,
		record_size: 32,
		ip_version: 4,
		database_type: 'Test-City',
		languages: ['en'],
		binary_format_major_version: 2,
		binary_format_minor_version: 0,
		build_epoch: 1_700_000_000,
		description: { en: 'places for tests' },
	});
	const mark = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
	return Buffer.concat([tree, Buffer.alloc(16), ...data, mark, metadata]);
};
