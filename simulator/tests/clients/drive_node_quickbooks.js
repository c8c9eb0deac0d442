// node-quickbooks: every method family the npm client has; prints one JSON object.
'use strict'
const fs = require('fs')
const path = require('path')
const QuickBooks = require('node-quickbooks')

QuickBooks.V3_ENDPOINT_BASE_URL = process.env.SIM_URL + '/v3/company/'
QuickBooks.TOKEN_URL = process.env.SIM_URL + '/oauth2/v1/tokens/bearer'
QuickBooks.REVOKE_URL = process.env.SIM_URL + '/v2/oauth2/tokens/revoke'
const qbo = new QuickBooks(process.env.SIM_ID, process.env.SIM_SECRET, process.env.SIM_TOKEN,
  false, process.env.SIM_REALM, true, false, 75, '2.0', process.env.SIM_REFRESH)

const call = (name, ...args) => new Promise((resolve, reject) => {
  qbo[name](...args, (error, body) => {
    const answer = error && error.response ? error.response.data : null
    return error ? reject(body || answer || error) : resolve(body)
  })
})
const line = { Amount: 20, DetailType: 'SalesItemLineDetail',
  SalesItemLineDetail: { ItemRef: { value: '4' } } }
const spent = { Amount: 20, DetailType: 'AccountBasedExpenseLineDetail',
  AccountBasedExpenseLineDetail: { AccountRef: { value: '7' } } }
const sale = { CustomerRef: { value: '1' }, Line: [line] }
const buy = { VendorRef: { value: '30' }, Line: [spent] }
const journal = ['Debit', 'Credit'].map((side, n) => ({ Amount: 5,
  DetailType: 'JournalEntryLineDetail', JournalEntryLineDetail: {
    PostingType: side, AccountRef: { value: ['7', '35'][n] } } }))
const plans = {
  Account: { Name: 'Node account', AccountType: 'Bank' },
  Attachable: { Note: 'node' },
  Bill: buy,
  Class: { Name: 'Node class' },
  CreditMemo: sale,
  Customer: { DisplayName: 'Node customer' },
  Department: { Name: 'Node place' },
  Deposit: { DepositToAccountRef: { value: '35' }, Line: [{ Amount: 5,
    DetailType: 'DepositLineDetail', DepositLineDetail: { AccountRef: { value: '1' } } }] },
  Employee: { GivenName: 'Node', FamilyName: 'Employee' },
  Estimate: sale,
  Invoice: sale,
  Item: { Name: 'Node item', Type: 'Service', IncomeAccountRef: { value: '1' } },
  JournalEntry: { Line: journal },
  Payment: { CustomerRef: { value: '1' }, TotalAmt: 20 },
  PaymentMethod: { Name: 'Node method' },
  Purchase: { PaymentType: 'Cash', AccountRef: { value: '35' }, Line: [spent] },
  PurchaseOrder: buy,
  RefundReceipt: Object.assign({ DepositToAccountRef: { value: '35' } }, sale),
  SalesReceipt: sale,
  TaxAgency: { DisplayName: 'Node agency' },
  Term: { Name: 'Node term', DueDays: 9 },
  TimeActivity: { NameOf: 'Employee', EmployeeRef: { value: '54' }, Hours: 2 },
  Transfer: { Amount: 5, FromAccountRef: { value: '35' }, ToAccountRef: { value: '36' } },
  Vendor: { DisplayName: 'Node vendor' },
  VendorCredit: buy
}

async function life (name, body) {
  const steps = {}
  const made = await call('create' + name, JSON.parse(JSON.stringify(body)))
  steps.create = Boolean(made.Id)
  steps.read = (await call('get' + name, made.Id)).Id === made.Id
  if (qbo['update' + name] && name !== 'TaxAgency') {
    const change = Object.assign({}, body, { Id: made.Id, SyncToken: made.SyncToken,
      sparse: true })
    steps.update = (await call('update' + name, change)).Id === made.Id
  }
  const finder = qbo['find' + qbo.pluralize(name)] ? 'find' + qbo.pluralize(name) : null
  if (finder) {
    const found = await call(finder, { Id: made.Id })
    steps.query = Object.values(found.QueryResponse)[0].length === 1
  }
  if (qbo['get' + name + 'Pdf']) {
    steps.pdf = (await call('get' + name + 'Pdf', made.Id)).toString('latin1').startsWith('%PDF')
  }
  if (qbo['send' + name + 'Pdf']) {
    steps.send = Boolean(await call('send' + name + 'Pdf', made.Id, 'a@example.com'))
  }
  if (name === 'Invoice') {
    const gone = await call('voidInvoice', (await call('getInvoice', made.Id)))
    steps.void = gone.Invoice.TotalAmt === 0
  }
  if (qbo['delete' + name]) {
    steps.delete = (await call('delete' + name, made.Id))[name].status === 'Deleted'
  }
  return steps
}

async function extras () {
  const steps = {}
  const customers = await call('findCustomers', [{ field: 'fetchAll', value: true },
    { field: 'limit', value: 10 }])
  steps.fetch_all = customers.QueryResponse.Customer.length >= 29
  const like = await call('findCustomers', [{ field: 'DisplayName', value: 'Co%',
    operator: 'LIKE' }, { field: 'asc', value: 'DisplayName' }])
  steps.like = like.QueryResponse.Customer[0].DisplayName === 'Cool Cars'
  steps.count = (await call('findInvoices', { count: true })).QueryResponse.totalCount >= 31
  const batch = await call('batch', [...Array(30).keys()].map(n => ({ bId: String(n),
    operation: 'create', Customer: { DisplayName: 'Node batch ' + n } })))
  steps.batch = batch.BatchItemResponse.every(item => item.Customer)
  const changes = await call('changeDataCapture', ['Customer', 'Invoice'],
    process.env.SIM_SINCE)
  steps.cdc = changes.CDCResponse[0].QueryResponse[0].Customer.length >= 30
  const file = path.join(process.env.SIM_TMP, 'node.txt')
  fs.writeFileSync(file, 'hello')
  const attached = await call('upload', 'node.txt', 'text/plain', fs.createReadStream(file),
    'Customer', '1')
  steps.upload = Boolean(attached.Id)
  steps.preferences = (await call('getPreferences')).Id === '1'
  steps.company = (await call('getCompanyInfo', process.env.SIM_REALM)).Id === '1'
  steps.tax_service = Boolean((await call('createTaxService', { TaxCode: 'Node tax',
    TaxRateDetails: [{ TaxRateName: 'Node rate', RateValue: '5', TaxAgencyId: '1',
      TaxApplicableOn: 'Sales' }] })).TaxCodeId)
  try {
    await call('createCustomer', { DisplayName: 'Cool Cars' })
  } catch (problem) {
    steps.fault = problem.Fault.Error[0].code === '6240'
  }
  const before = qbo.token
  await call('refreshAccessToken')
  steps.refresh = qbo.token !== before
  return steps
}

async function main () {
  const result = {}
  for (const [name, body] of Object.entries(plans)) {
    try {
      result[name] = await life(name, body)
    } catch (problem) {
      result[name] = { failed: JSON.stringify(problem) || String(problem) }
    }
  }
  result.extras = await extras()
  result.reports = {}
  for (const name of Object.keys(QuickBooks.prototype).filter(key => /^report/.test(key))) {
    result.reports[name] = Boolean((await call(name, {})).Header)
  }
  console.log(JSON.stringify(result))
}

main().catch(problem => { console.error(problem); process.exit(1) })
