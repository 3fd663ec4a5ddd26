import type { TestServer } from '../support/server.ts'

/** A pool with the custom attribute `tier`, and whatever else is required of its users. */
export async function createPool(server: TestServer, { required = [] }: { required?: string[] } = {}): Promise<string> {
  const { UserPool } = await server.cognito.createUserPool({
    PoolName: 'customers',
    Schema: [
      { Name: 'tier', AttributeDataType: 'String', Mutable: true },
      ...required.map((Name) => ({ Name, Required: true })),
    ],
  })
  return UserPool!.Id!
}
