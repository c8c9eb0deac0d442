"""Business rules by entity; :data:`RULES` is the registry the life cycle uses."""

from __future__ import annotations

from ..schema import ENTITIES
from . import bank, items, lists, other, payments, people, purchases, receipts, sales
from .base import Rules

_CLASSES = {
    "Customer": people.CustomerRules,
    "Vendor": people.VendorRules,
    "Employee": people.EmployeeRules,
    "Item": items.ItemRules,
    "Account": lists.AccountRules,
    "Class": lists.ClassRules,
    "Department": lists.DepartmentRules,
    "Term": lists.TermRules,
    "PaymentMethod": lists.PaymentMethodRules,
    "CompanyCurrency": lists.CompanyCurrencyRules,
    "CompanyInfo": lists.CompanyInfoRules,
    "Preferences": lists.PreferencesRules,
    "TaxAgency": lists.TaxAgencyRules,
    "CustomerType": lists.CustomerTypeRules,
    "JournalCode": lists.JournalCodeRules,
    "Invoice": sales.InvoiceRules,
    "CreditMemo": sales.CreditMemoRules,
    "SalesReceipt": receipts.SalesReceiptRules,
    "RefundReceipt": receipts.RefundReceiptRules,
    "Estimate": receipts.EstimateRules,
    "Payment": payments.PaymentRules,
    "BillPayment": payments.BillPaymentRules,
    "Bill": purchases.BillRules,
    "VendorCredit": purchases.VendorCreditRules,
    "PurchaseOrder": purchases.PurchaseOrderRules,
    "Purchase": purchases.ExpenseRules,
    "Deposit": bank.DepositRules,
    "Transfer": bank.TransferRules,
    "JournalEntry": bank.JournalRules,
    "CreditCardPayment": bank.CardPaymentRules,
    "InventoryAdjustment": bank.AdjustmentRules,
    "ExchangeRate": other.ExchangeRateRules,
    "TimeActivity": other.TimeActivityRules,
    "Attachable": other.AttachableRules,
    "RecurringTransaction": other.RecurringRules,
}
RULES = {name: _CLASSES.get(name, Rules)(spec) for name, spec in ENTITIES.items()}
