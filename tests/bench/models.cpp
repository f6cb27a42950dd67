#include "tests/bench/models.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace flowyard::bench {
namespace {

using worker::engine::Method;

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// 200 equations: 40 kSectors in a ring, each of a stock, two flows and two auxiliaries.
std::string ring_of_sectors() {
  constexpr int kSectors = 40;
  std::string stocks;
  std::string flows;
  std::string auxiliaries;
  for (int i = 0; i < kSectors; ++i) {
    const std::string own = std::to_string(i);
    const std::string left = std::to_string((i + kSectors - 1) % kSectors);
    const std::string right = std::to_string((i + 1) % kSectors);
    stocks += "  stock_" + own + ": {initial: " + std::to_string(10 + i) + ", inflows: [gain_" + own +
              "], outflows: [loss_" + own + "]}\n";
    flows += "  gain_" + own + ": growth * room_" + own + " * stock_" + left + "\n";
    flows += "  loss_" + own + ": stock_" + own + " / lifetime * (1 + 0.1 * nearby_" + own + ")\n";
    auxiliaries += "  room_" + own + ": max(0, capacity - stock_" + own + ") * 0.01\n";
    auxiliaries +=
        "  nearby_" + own + ": (stock_" + left + " + stock_" + own + " + stock_" + right + ") * 0.0033\n";
  }
  return "name: ring\ntime: {start: 0, stop: 50, step: 0.25, save_every: 50}\n"
         "constants: {growth: 0.2, lifetime: 8, capacity: 100}\nstocks:\n" +
         stocks + "flows:\n" + flows + "auxiliaries:\n" + auxiliaries;
}

// 2,001 elements: five variables over 400 places, tied together by their sum.
const char* const locations =
    "name: places\n"
    "time: {start: 0, stop: 25, step: 0.25, save_every: 25}\n"
    "dimensions: {place: 400}\n"
    "constants: {growth: 0.1, capacity: 100, move: 0.05}\n"
    "stocks:\n"
    "  people[place]: {initial: 10, net: \"births[place] + arrivals[place]\"}\n"
    "  land[place]: {initial: 50, net: \"-used[place]\"}\n"
    "flows:\n"
    "  births[place]: growth * people[place] * (1 - people[place] / capacity)\n"
    "  arrivals[place]: move * (total / 400 - people[place])\n"
    "  used[place]: 0.001 * land[place] * people[place]\n"
    "auxiliaries:\n"
    "  total: \"SUM(people[place!])\"\n";

}  // namespace

std::vector<BenchModel> models(const std::string& folder) {
  const std::string logistic = text_of(folder + "/logistic.yaml");
  const std::string hares = text_of(folder + "/hares_and_lynxes.yaml");
  return {
      {"logistic", logistic, "rate", "last(population)", "population"},
      {"logistic_rk4", logistic, "rate", "last(population)", "population", Method::RungeKutta4},
      {"teacup", text_of(folder + "/teacup.yaml"), "rate", "last(temperature)", "temperature"},
      {"sir", text_of(folder + "/sir.yaml"), "contacts", "last(recovered)", "recovered"},
      {"hares_and_lynxes", hares, "fertility", "last(hares)", "hares"},
      {"hares_and_lynxes_rk4", hares, "fertility", "last(hares)", "hares", Method::RungeKutta4},
      {"200_equations", ring_of_sectors(), "growth", "last(stock_7)", "stock_7"},
      {"2001_elements", locations, "growth", "last(total) + last(land[7])", "total"},
  };
}

}  // namespace flowyard::bench
