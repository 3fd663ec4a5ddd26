export const audit = {
  title: 'Audit',
  lead: 'Who changed what in this pool. Secrets are not recorded, and users appear by id only.',
  event: 'Operation',
  principal: 'By',
  time: 'Time',
  outcome: 'Outcome',
  done: 'Done',
  find: 'Operation, such as AdminDeleteUser',
  live: 'Follow',
  empty: 'Nothing has been changed yet.',
  record: (name: string) => `Record of ${name}`,
}
