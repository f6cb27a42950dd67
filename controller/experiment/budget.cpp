#include "controller/experiment/budget.hpp"

#include <charconv>
#include <cmath>

#include "common/base/number_text.hpp"
#include "common/base/suggest.hpp"

namespace flowyard::controller::experiment {
namespace {

const std::vector<std::string> kKeys = {"runs", "workers", "cpu_seconds", "output_bytes"};

// Why one amount does not fit, or empty.
std::string over(const char* what, std::optional<double> limit, double taken, double more) {
  if (!limit || taken + more <= *limit) return "";
  return "it takes " + number_text(more) + " " + what + ", and " + number_text(std::fmax(0, *limit - taken)) +
         " of " + number_text(*limit) + " are left";
}

std::optional<double> as_double(const std::optional<std::uint64_t>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

}  // namespace

Result<Budget> parse_budget(std::string_view text) {
  Budget budget;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const auto equals = part.find('=');
    const std::string key(part.substr(0, equals));
    const auto value = equals == part.npos ? std::string_view() : part.substr(equals + 1);
    double number = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || stop != value.data() + value.size() || !(number >= 0) || number > 1e18)
      return invalid("a budget is written like runs=1000,workers=4,cpu_seconds=600, not '" +
                     std::string(part) + "'");
    const auto whole = static_cast<std::uint64_t>(number);
    if (key == "runs") {
      budget.runs = whole;
    } else if (key == "workers") {
      budget.workers = whole;
    } else if (key == "cpu_seconds") {
      budget.cpu_seconds = number;
    } else if (key == "output_bytes") {
      budget.output_bytes = whole;
    } else {
      return invalid("a budget knows no '" + key + "'" + suggestion(key, kKeys));
    }
  }
  return budget;
}

std::string to_string(const Budget& budget) {
  std::string text;
  const auto add = [&](const char* key, std::optional<double> value) {
    if (value) text += (text.empty() ? "" : ",") + std::string(key) + "=" + number_text(*value);
  };
  add("runs", as_double(budget.runs));
  add("workers", as_double(budget.workers));
  add("cpu_seconds", budget.cpu_seconds);
  add("output_bytes", as_double(budget.output_bytes));
  return text;
}

std::string exceeded(const Budget& budget, const Spending& taken, const Spending& more) {
  for (const auto& why :
       {over("runs", as_double(budget.runs), static_cast<double>(taken.runs), static_cast<double>(more.runs)),
        over("CPU seconds", budget.cpu_seconds, taken.cpu_seconds, more.cpu_seconds),
        over("bytes of results", as_double(budget.output_bytes), static_cast<double>(taken.output_bytes),
             static_cast<double>(more.output_bytes))})
    if (!why.empty()) return why;
  return "";
}

}  // namespace flowyard::controller::experiment
