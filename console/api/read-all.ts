/** All of a list that the API gives page by page. @throws ApiError */
export async function readAll<Item>(
  read: (token: string | undefined) => Promise<{ items: Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = []
  let token: string | undefined
  do {
    const page = await read(token)
    items.push(...page.items)
    token = page.next
  } while (token !== undefined)
  return items
}
