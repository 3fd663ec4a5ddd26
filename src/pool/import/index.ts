import type { Handlers } from '../handler.ts'
import { createUserImportJob } from './operations/create-user-import-job.ts'
import { describeUserImportJob } from './operations/describe-user-import-job.ts'
import { getCSVHeader } from './operations/get-csv-header.ts'
import { listUserImportJobs } from './operations/list-user-import-jobs.ts'
import { startUserImportJob } from './operations/start-user-import-job.ts'
import { stopUserImportJob } from './operations/stop-user-import-job.ts'

export const importOperations = {
  CreateUserImportJob: createUserImportJob,
  DescribeUserImportJob: describeUserImportJob,
  GetCSVHeader: getCSVHeader,
  ListUserImportJobs: listUserImportJobs,
  StartUserImportJob: startUserImportJob,
  StopUserImportJob: stopUserImportJob,
} satisfies Handlers
