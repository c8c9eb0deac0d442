"""The ``us`` profile: ids and names as in a fresh US sandbox (FACTS 15)."""

COMPANY = {
    "CompanyName": "Sandbox Company US 1",
    "LegalName": "Sandbox Company US 1",
    "Country": "US",
    "Email": {"Address": "owner@example.com"},
    "DefaultTimeZone": "America/Los_Angeles",
    "PrimaryPhone": {"FreeFormNumber": "(555) 555-0100"},
    "address": {
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "PostalCode": "87999",
        "CountrySubDivisionCode": "CA",
        "Country": "US",
    },
}
PREFERENCES = {}
DEFAULT_CODE = "2"
BANK, SAVINGS, CARD, EQUITY, ASSET = "35", "36", "41", "34", "39"
EXPENSES = ("7", "11", "15", "17", "19", "24", "69", "13", "76", "78")
ACCOUNTS = """
1|Services|Income|ServiceFeeIncome
2|Retained Earnings|Equity|RetainedEarnings
3|Prepaid Expenses|Other Current Asset|PrepaidExpenses
4|Undeposited Funds|Other Current Asset|UndepositedFunds
5|Fees Billed|Income|ServiceFeeIncome
6|Refunds-Allowances|Income|DiscountsRefundsGiven
7|Advertising|Expense|AdvertisingPromotional
8|Bank Charges|Expense|BankCharges
9|Commissions & fees|Expense|OtherMiscellaneousServiceCost
10|Dues & Subscriptions|Expense|OfficeGeneralAdministrativeExpenses
11|Insurance|Expense|Insurance
12|Legal & Professional Fees|Expense|LegalProfessionalFees
13|Meals and Entertainment|Expense|EntertainmentMeals
14|Miscellaneous|Other Expense|OtherMiscellaneousExpense
15|Office Expenses|Expense|OfficeGeneralAdministrativeExpenses
16|Promotional|Expense|AdvertisingPromotional
17|Rent or Lease|Expense|RentOrLeaseOfBuildings
18|Stationery & Printing|Expense|OfficeGeneralAdministrativeExpenses
19|Supplies|Expense|SuppliesMaterials
20|Taxes & Licenses|Expense|TaxesPaid
21|Travel|Expense|Travel
22|Travel Meals|Expense|TravelMeals
23|Equipment Rental|Expense|EquipmentRental
24|Utilities|Expense|Utilities
25|Interest Earned|Other Income|InterestEarned
26|Other Portfolio Income|Other Income|OtherMiscellaneousIncome
27|Penalties & Settlements|Other Expense|PenaltiesSettlements
28|Disposal Fees|Expense|OtherMiscellaneousServiceCost
29|Purchases|Expense|SuppliesMaterials
30|Uncategorized Income|Income|ServiceFeeIncome
31|Uncategorized Expense|Expense|OtherMiscellaneousServiceCost
32|Uncategorized Asset|Other Current Asset|OtherCurrentAssets
33|Accounts Payable (A/P)|Accounts Payable|AccountsPayable
34|Opening Balance Equity|Equity|OpeningBalanceEquity
35|Checking|Bank|Checking
36|Savings|Bank|Savings
37|Truck|Fixed Asset|Vehicles
38|Depreciation|Fixed Asset|AccumulatedDepreciation|37
39|Original Cost|Fixed Asset|Vehicles|37
40|Depreciation|Other Expense|Depreciation
41|Mastercard|Credit Card|CreditCard
42|Visa|Credit Card|CreditCard
43|Loan Payable|Other Current Liability|OtherCurrentLiabilities
44|Notes Payable|Long Term Liability|OtherLongTermLiabilities
45|Landscaping Services|Income|OtherPrimaryIncome
46|Job Materials|Income|SalesOfProductIncome|45
47|Fountains and Garden Lighting|Income|SalesOfProductIncome|46
48|Plants and Soil|Income|SalesOfProductIncome|46
49|Sprinklers and Drip Systems|Income|SalesOfProductIncome|46
50|Decks and Patios|Income|SalesOfProductIncome|46
51|Labor|Income|ServiceFeeIncome|45
52|Installation|Income|ServiceFeeIncome|51
53|Maintenance and Repair|Income|ServiceFeeIncome|51
54|Pest Control Services|Income|ServiceFeeIncome
55|Automobile|Expense|Auto
56|Fuel|Expense|Auto|55
57|Maintenance and Repair|Expense|RepairMaintenance
58|Job Expenses|Expense|SuppliesMaterials
59|Job Materials|Expense|SuppliesMaterials|58
60|Fountain and Garden Lighting|Expense|SuppliesMaterials|59
61|Plants and Soil|Expense|SuppliesMaterials|59
62|Sprinklers and Drip Systems|Expense|SuppliesMaterials|59
63|Decks and Patios|Expense|SuppliesMaterials|59
64|Cost of Labor|Expense|CostOfLabor|58
65|Installation|Expense|CostOfLabor|64
66|Maintenance and Repairs|Expense|CostOfLabor|64
67|Equipment Rental|Expense|EquipmentRental|58
68|Permits|Expense|OtherMiscellaneousServiceCost|58
69|Accounting|Expense|LegalProfessionalFees|12
70|Bookkeeper|Expense|LegalProfessionalFees|12
71|Lawyer|Expense|LegalProfessionalFees|12
72|Building Repairs|Expense|RepairMaintenance|57
73|Computer Repairs|Expense|RepairMaintenance|57
74|Equipment Repairs|Expense|RepairMaintenance|57
75|Workers Compensation|Expense|Insurance|11
76|Gas and Electric|Expense|Utilities|24
77|Telephone|Expense|Utilities|24
78|Shipping and Delivery|Expense|ShippingFreightDelivery
79|Sales of Product Income|Income|SalesOfProductIncome
80|Cost of Goods Sold|Cost of Goods Sold|SuppliesMaterialsCogs
81|Inventory Asset|Other Current Asset|Inventory
82|Design income|Income|ServiceFeeIncome
83|Other Income|Income|ServiceFeeIncome
84|Accounts Receivable (A/R)|Accounts Receivable|AccountsReceivable
85|Billable Expense Income|Income|ServiceFeeIncome
86|Discounts given|Income|DiscountsRefundsGiven
87|Unapplied Cash Payment Income|Income|UnappliedCashPaymentIncome
88|Unapplied Cash Bill Payment Expense|Expense|UnappliedCashBillPaymentExpense
89|Arizona Dept. of Revenue Payable|Other Current Liability|GlobalTaxPayable
90|Board of Equalization Payable|Other Current Liability|GlobalTaxPayable
"""
AGENCIES = (("1", "Board of Equalization", False), ("2", "Arizona Dept. of Revenue", False))
RATES = (
    ("1", "AZ State tax", "7.1", "2"),
    ("2", "Tucson City", "2", "2"),
    ("3", "California", "8", "1"),
)
CODES = (("2", "California", "California", ("3",), ()), ("3", "Tucson", "Tucson", ("1", "2"), ()))
STOCK = {
    "AssetAccountRef": {"value": "81"},
    "ExpenseAccountRef": {"value": "80"},
    "InvStartDate": "2020-01-01",
    "TrackQtyOnHand": True,
}


def _stock(quantity, cost):
    return STOCK | {"QtyOnHand": quantity, "PurchaseCost": cost}


# id, name, price, type, income account, taxable, more
ITEMS = (
    ("1", "Services", "0", "Service", "1", False, {}),
    ("2", "Hours", "0", "Service", "1", False, {}),
    ("3", "Concrete", "0", "Service", "48", True, {}),
    ("4", "Design", "75", "Service", "82", False, {"Description": "Custom Design"}),
    ("5", "Rock Fountain", "275", "Inventory", "79", True, _stock(200, 125)),
    ("6", "Gardening", "0", "Service", "45", False, {}),
    ("7", "Installation", "50", "Service", "52", False, {}),
    ("8", "Lighting", "0", "Service", "45", True, {}),
    ("9", "Maintenance & Repair", "0", "Service", "53", False, {}),
    ("10", "Pest Control", "35", "Service", "54", False, {}),
    ("11", "Pump", "15", "Inventory", "79", True, _stock(250, 10)),
    ("12", "Refunds & Allowances", "0", "Service", "83", False, {}),
    ("13", "Rocks", "0", "Service", "48", True, {}),
    ("14", "Sod", "0", "Service", "48", True, {}),
    ("15", "Soil", "10", "Service", "48", True, {}),
    ("16", "Sprinkler Heads", "2", "Inventory", "79", True, _stock(250, 1)),
    ("17", "Sprinkler Pipes", "4", "Inventory", "79", True, _stock(300, 3)),
    ("18", "Trimming", "35", "Service", "45", False, {}),
)
CUSTOMERS = """
1|Amy's Bird Sanctuary|Amy|Lauterbach|11 Finch Lane|Bayshore|CA|94326
2|Bill's Windsurf Shop|Bill|Lucchini|12 Ocean Drive|Half Moon Bay|CA|94213
3|Cool Cars|Grace|Pariente|65 Ocean Drive|Half Moon Bay|CA|94213
4|Diego Rodriguez|Diego|Rodriguez|321 Channing Street|Palo Alto|CA|94303
5|Dukes Basketball Camp|Peter|Dukes|25 Court Street|Tucson|AZ|85719
6|Dylan Sollfrank|Dylan|Sollfrank||||
7|Freeman Sporting Goods|Kirby|Freeman|370 Easy Street|Middlefield|CA|94482
8|0969 Ocean View Road|Sasha|Tillou|370 Easy Street|Middlefield|CA|94482|7
9|55 Twin Lane|Amelia|Kiss|370 Easy Street|Middlefield|CA|94482|7
10|Geeta Kalapatapu|Geeta|Kalapatapu|19 Main Street|Middlefield|CA|94303
11|Gevelber Photography|Lisa|Gevelber|11103 West Main|Middlefield|CA|94303
12|Jeff's Jalopies|Jeff|Jalopy|12 Willow Road|Menlo Park|CA|94305
13|John Melton|John|Melton|85 Pine Street|Menlo Park|CA|94304
14|Kate Whelan|Kate|Whelan|45 First Street|Menlo Park|CA|94304
15|Pye's Cakes|Karen|Pye|350 Mountain View Drive|South Orange|NJ|07079
16|Kookies by Kathy|Kathy|Kuplis|789 Sugar Lane|Middlefield|CA|94303
17|Mark Cho|Mark|Cho|36 Willow Road|Menlo Park|CA|94304
18|Paulsen Medical Supplies|Kathy|Paulsen|900 Main Street|Middlefield|CA|94303
19|Rago Travel Agency|Michelle|Rago|753 Cedar Street|Bayshore|CA|94326
20|Red Rock Diner|Stephanie|Martini|500 Red Rock Road|Bayshore|CA|94326
21|Rondonuwu Fruit and Vegi|Tony|Rondonuwu|847 California Avenue|San Jose|CA|95021
22|Shara Barnett|Shara|Barnett|19 Main Street|Middlefield|CA|94303
23|Barnett Design|Shara|Barnett|19 Main Street|Middlefield|CA|94303|22
24|Sonnenschein Family Store|Russ|Sonnenschein|5647 Cypress Hill Road|Middlefield|CA|94303
25|Sushi by Katsuyuki|Katsuyuki|Yanagawa|898 Elm Street|Maplewood|NJ|07040
26|Travis Waldron|Travis|Waldron|78 First Street|Monlo Park|CA|94304
27|Video Games by Dan|Daniel|Ayon|560 Colony Street|San Jose|CA|95021
28|Wedding Planning by Whitney|Whitney|Wedding|135 Broadway|Menlo Park|CA|94304
29|Weiskopf Consulting|Nicola|Weiskopf|45612 Main Street|Bayshore|CA|94326
"""
VENDORS = """
30|Books by Bessie|Bessie|Williams|15 Main Street|Palo Alto|CA|94303
31|Brosnahan Insurance Agency|Nick|Brosnahan|140 Main Street|Middlefield|CA|94303
32|Cal Telephone||||||
33|Chin's Gas and Oil||||||
34|Cigna Health Care||||||
35|Computers by Jenni|Jenni|Jones|1515 Main Street|Middlefield|CA|94482
36|Diego's Road Warrior Bodyshop||||||
37|EDD||||||
38|Ellis Equipment Rental|Julie|Ellis|45896 Main Street|Middlefield|CA|94303
39|Fidelity||||||
40|Hall Properties|Melanie|Hall|350 Main Street|South Orange|NJ|07079
41|Hicks Hardware|Geoff|Hicks|42 Main Street|Middlefield|CA|94303
42|Lee Advertising|Stanley|Lee|53 Main Street|Middlefield|CA|94303
43|Mahoney Mugs||||||
44|Met Life Dental||||||
45|National Eye Care||||||
46|Norton Lumber and Building Materials|Julie|Norton|4528 Country Road|Middlefield|CA|94303
47|Pam Seitz|Pam|Seitz|200 Main Street|Middlefield|CA|94303
48|PG&E||||||
49|Robertson & Associates||||||
50|Tania's Nursery|Tania|Guidry|1111 First Street|South Orange|NJ|07079
51|Tim Philip Masonry|Tim|Philip|3948 Elm Street|Middlefield|CA|94482
52|Tony Rondonuwu|Tony|Rondonuwu|3847 First Street|Middlefield|CA|94482
53|United States Treasury||||||
56|Bob's Burger Joint||||||
57|Squeaky Kleen Car Wash||||||
"""
EMPLOYEES = (("54", "Emily", "Platt"), ("55", "John", "Johnson"))
