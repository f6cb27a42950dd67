#include "worker/engine/addressing.hpp"

namespace flowyard::worker::engine {
namespace {

// Without the blanks around the text and around its commas.
std::string tightened(const std::string& element) {
  std::string tight;
  for (std::size_t from = 0; from <= element.size();) {
    const std::size_t end = std::min(element.find(',', from), element.size());
    const std::size_t first = std::min(element.find_first_not_of(' ', from), end);
    const std::size_t last = end == first ? first : element.find_last_not_of(' ', end - 1) + 1;
    tight += (from == 0 ? "" : ",") + element.substr(first, last - first);
    from = end + 1;
  }
  return tight;
}

}  // namespace

NameParts parts_of(const std::string& name) {
  const std::size_t open = name.rfind('[');
  if (open == std::string::npos || open == 0 || !name.ends_with(']')) return {name, ""};
  const std::size_t end = name.find_last_not_of(' ', open - 1) + 1;
  return {name.substr(0, end), tightened(name.substr(open + 1, name.size() - open - 2))};
}

bool same_element(const std::string& a, const std::string& b) {
  return same_name(tightened(a), tightened(b));
}

std::optional<ParameterAddress> parameter_at(const Program& program, const std::string& name) {
  if (const auto* whole = find_parameter(program, name))
    return ParameterAddress{whole, 0, whole->elements.size()};
  const auto [base, element] = parts_of(name);
  const auto* parameter = element.empty() ? nullptr : find_parameter(program, base);
  if (parameter == nullptr) return std::nullopt;
  for (std::size_t e = 0; e < parameter->elements.size(); ++e)
    if (same_element(parameter->elements[e], element)) return ParameterAddress{parameter, e, 1};
  return std::nullopt;
}

std::vector<std::uint32_t> stocks_at(const Program& program, const std::string& name) {
  const auto [base, element] = parts_of(name);
  std::vector<std::uint32_t> whole, one;
  for (std::uint32_t k = 0; k < program.stocks.size(); ++k) {
    const Stock& stock = program.stocks[k];
    if (stock.synthesized) continue;
    if (same_name(stock.name, name)) whole.push_back(k);
    if (!element.empty() && same_name(stock.name, base) && same_element(stock.element, element))
      one.push_back(k);
  }
  return whole.empty() ? one : whole;
}

}  // namespace flowyard::worker::engine
