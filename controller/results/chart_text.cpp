#include "controller/results/chart_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "controller/charts/colours.hpp"

namespace flowyard::controller::results {

std::string chart_number(double value) {
  std::array<char, 40> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 5).ptr;
  return {buffer.data(), end};
}

std::string plural_runs(std::uint64_t count) {
  auto text = std::to_string(count);
  for (auto at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text + (count == 1 ? " run" : " runs");
}

std::string label_of(const std::string& name, const Cell& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const auto* number = std::get_if<double>(&value);
  return name + " = " + (number ? chart_number(*number) : "none");
}

std::optional<std::size_t> ChartGroups::of(const Cell& value) {
  const auto found = std::find(values_.begin(), values_.end(), value);
  if (found != values_.end()) return static_cast<std::size_t>(found - values_.begin());
  if (values_.size() == charts::kCategories) return std::nullopt;
  values_.push_back(value);
  return values_.size() - 1;
}

std::vector<std::size_t> ChartGroups::order() const {
  std::vector<std::size_t> order(values_.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto is_number = [](const Cell& value) { return std::holds_alternative<double>(value); };
  if (std::all_of(values_.begin(), values_.end(), is_number))
    std::sort(order.begin(), order.end(),
              [this](std::size_t a, std::size_t b) { return values_[a] < values_[b]; });
  return order;
}

std::string ChartGroups::label(std::size_t group) const {
  return name_.empty() ? "" : label_of(name_, values_[group]);
}

Error ChartGroups::too_many() const {
  return invalid("'" + name_ + "' has more than " + std::to_string(charts::kCategories) +
                 " values, which a chart cannot tell apart: choose some with 'where', or a heatmap");
}

}  // namespace flowyard::controller::results
