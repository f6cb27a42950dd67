// On whom goes what a request starts.
#pragma once

#include <vector>

#include "common/http/message.hpp"
#include "controller/service/service.hpp"

namespace flowyard::controller::rest {

// A header by which a client keeps itself within a budget: "ACCOUNT runs=100,workers=2", where experiments of
// the same account count together.
inline constexpr const char* kBudgetHeader = "Flowyard-Budget";

// Of its token, if that has a budget, and of that header. Invalid where the header cannot be read.
Result<std::vector<experiment::Charge>> charges_of(const service::Service& service,
                                                   const http::Request& request);

}  // namespace flowyard::controller::rest
