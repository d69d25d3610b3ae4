export function hasAttribute(_n: string, _t: string): number { return 1; }
export function hasBuiltin(_n: string, _t: string): boolean { return true; }
