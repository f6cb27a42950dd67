#include "controller/rest/routes.hpp"

#include <vector>

namespace flowyard::controller::rest {

std::span<const Route> routes() {
  static const std::vector<Route> kAll = [] {
    std::vector<Route> all;
    for (const auto group : {experiment_routes(), worker_routes(), result_routes(), chart_routes(),
                             event_routes(), controller_routes(), token_routes(), metrics_routes()}) {
      all.insert(all.end(), group.begin(), group.end());
    }
    return all;
  }();
  return kAll;
}

}  // namespace flowyard::controller::rest
