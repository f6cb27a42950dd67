#include "controller/rest/charges.hpp"

#include "common/http/bearer.hpp"

namespace flowyard::controller::rest {

Result<std::vector<experiment::Charge>> charges_of(const service::Service& service,
                                                   const http::Request& request) {
  std::vector<experiment::Charge> charges;
  if (const auto token = http::bearer_of(request); !token.empty())
    if (auto charge = service.charge_of(token)) charges.push_back(std::move(*charge));
  const std::string_view own = request.headers.get(kBudgetHeader);
  if (own.empty()) return charges;
  const auto blank = own.find(' ');
  if (blank == own.npos || blank == 0 || blank > 100)
    return invalid("Flowyard-Budget is written like 'my-client runs=100,workers=2'");
  const auto budget = experiment::parse_budget(own.substr(blank + 1));
  if (!budget) return budget.error();
  // Nobody else's: accounts of tokens begin otherwise.
  std::string account = "client ";
  account += own.substr(0, blank);
  charges.push_back({.account = std::move(account), .budget = *budget});
  return charges;
}

}  // namespace flowyard::controller::rest
