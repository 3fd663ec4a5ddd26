import type { ConnectedPoolhouse } from './connect.ts' with { 'resolution-mode': 'import' }
import type { PoolhouseForTests, PoolhouseOptions } from './index.ts' with { 'resolution-mode': 'import' }

export type { ConnectedPoolhouse, PoolhouseForTests, PoolhouseOptions }
export function startPoolhouse(options?: PoolhouseOptions): Promise<PoolhouseForTests>
export function connectPoolhouse(url?: string): Promise<ConnectedPoolhouse>
