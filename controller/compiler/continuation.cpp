#include "controller/compiler/continuation.hpp"

#include <cmath>
#include <map>

#include "common/base/diagnostic_code.hpp"
#include "controller/model/elements.hpp"

namespace flowyard::controller::compiler {

Results<Continuation> continue_from(const engine::Program& program, const model::data::NumberTable& earlier,
                                    const std::string& file_name) {
  if (earlier.times.empty())
    return Errors{invalid(DiagnosticCode::Missing, "there are no times in it", {file_name, 0, 0})};
  std::map<std::string, std::size_t> columns;
  for (std::size_t c = 0; c < earlier.names.size(); ++c)
    columns.emplace(model::column_key(earlier.names[c]), c);
  Continuation continuation{.time = earlier.times.back(), .initials = {}};
  Errors errors;
  for (const auto& stock : program.stocks) {
    if (stock.synthesized) continue;
    const std::string name = model::column_name(stock.name, stock.element);
    const auto found = columns.find(model::column_key(name));
    const double value = found == columns.end() ? NAN : earlier.columns[found->second].back();
    if (found == columns.end())
      errors.push_back(invalid(DiagnosticCode::Missing, "there is no column for the stock '" + name + "'",
                               {file_name, 1, 0}));
    else if (!std::isfinite(value))
      errors.push_back(invalid(DiagnosticCode::Missing,
                               "the stock '" + name + "' has no number in the last row", {file_name, 1, 0}));
    auto& initials = continuation.initials;
    if (initials.empty() || initials.back().name != stock.name)
      initials.push_back({.name = stock.name, .elements = 0, .values = {}});
    ++initials.back().elements;
    initials.back().values.push_back(value);
  }
  if (!errors.empty()) return errors;
  return continuation;
}

}  // namespace flowyard::controller::compiler
