interface Changes {
  changed: { Name: string; Value: string }[]
  removed: string[]
}

/** What has been edited, and nothing else: an address that is sent again would lose its verification. */
export function attributeChanges(before: Record<string, string>, after: Record<string, string>): Changes {
  const edited = Object.entries(after).filter(([name, value]) => (before[name] ?? '') !== value)
  return {
    changed: edited.filter(([, value]) => value !== '').map(([Name, Value]) => ({ Name, Value })),
    removed: edited.filter(([, value]) => value === '').map(([name]) => name),
  }
}
