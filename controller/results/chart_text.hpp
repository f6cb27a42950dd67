// What charts say: their numbers, and the names of their groups.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/results/result_table.hpp"

namespace flowyard::controller::results {

std::string chart_number(double value);  // five digits: "12.346"
std::string plural_runs(std::uint64_t count);

// "rate = 0.05", "north"
std::string label_of(const std::string& name, const Cell& value);

// The values of a factor as groups that a chart tells apart by their colours: numbers in rising order, texts
// as they come. There are at most charts::kCategories.
class ChartGroups {
 public:
  explicit ChartGroups(std::string name) : name_(std::move(name)) {}

  // The number of its group, in the order in which they came; none where there are too many.
  std::optional<std::size_t> of(const Cell& value);
  std::vector<std::size_t> order() const;
  std::string label(std::size_t group) const;
  std::size_t size() const { return values_.size(); }
  // Of a factor with more values than it tells apart.
  Error too_many() const;

 private:
  std::string name_;
  std::vector<Cell> values_;
};

}  // namespace flowyard::controller::results
