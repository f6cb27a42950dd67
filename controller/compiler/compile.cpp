#include "controller/compiler/compile.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <tuple>

#include "controller/compiler/emit/emit.hpp"
#include "controller/compiler/emit/order.hpp"
#include "controller/compiler/lint/lint.hpp"
#include "controller/compiler/lower/lower_context.hpp"
#include "controller/model/formula/expression_parser.hpp"
#include "worker/engine/check.hpp"

namespace flowyard::controller::compiler {
namespace {

// The expressions of requests, kept as long as the LowerContext that refers to them.
struct Requests {
  std::deque<Expression> expressions;
  Wanted wanted;
};

void want_series(const std::string& text, LowerContext& lowering, Requests& requests,
                 model::Diagnostics& diagnostics) {
  // A name that is not an expression ("Population growth (net)") is taken as it stands.
  Expression left = model::reference(text);
  if (!lowering.symbols().find(left.name.key)) {
    auto parsed = model::formula::parse_left_hand_side(text, {});
    if (!parsed) {
      const std::string because = parsed.error().front().message;
      return diagnostics.error(FileLocation{}, DiagnosticCode::UnknownName,
                               "'" + text + "' is no name of a series: " + because);
    }
    left = std::move(*parsed);
  }
  const auto selection = lowering.select(left);
  if (!selection) return;
  WantedSeries series{text, {}, {}};
  if (selection->setting) {
    series.elements.emplace_back();
    series.values.push_back(lowering.setting(*selection->setting, Mode::Step));
    requests.wanted.series.push_back(std::move(series));
    return;
  }
  const Symbol& symbol = lowering.symbols().at(selection->symbol);
  lowering.budget().spend(selection->flats.size());
  for (const std::size_t flat : selection->flats) {
    series.elements.push_back(lowering.symbols().element_name(symbol, flat));
    series.values.push_back(lowering.value(selection->symbol, flat));
  }
  if (series.elements.size() == 1 && !left.subscripts.empty()) series.elements.front().clear();
  requests.wanted.series.push_back(std::move(series));
}

void want_outcome(const OutcomeRequest& request, LowerContext& lowering, Requests& requests,
                  model::Diagnostics& diagnostics) {
  auto parsed = model::formula::parse_expression(request.expression, request.location);
  if (!parsed) return diagnostics.errors(parsed.error());
  const Expression& kept = requests.expressions.emplace_back(std::move(*parsed));
  requests.wanted.outcomes.push_back({request.name, request.location, lowering.outcome(kept, request.name)});
}

engine::Program compile_checked(const model::Model& model, const CompileOptions& options,
                                model::Diagnostics& diagnostics) {
  Budget budget(options.stop);
  Dimensions dimensions(model, diagnostics, budget);
  LowerContext lowering(model, dimensions, diagnostics, budget);
  Requests requests;
  for (const auto& name : options.series) want_series(name, lowering, requests, diagnostics);
  for (std::uint32_t i = 0; i < 4; ++i) {
    requests.wanted.settings[i] = lowering.setting(static_cast<Setting>(i), Mode::Step);
    requests.wanted.initial_settings[i] = lowering.setting(static_cast<Setting>(i), Mode::Initial);
  }
  // Errors in unrequested variables are reported too.
  for (std::uint32_t s = 0; s < lowering.symbols().size(); ++s) {
    const Symbol& symbol = lowering.symbols().at(s);
    const bool checked = !symbol.is_lookup && symbol.variable->kind != model::VariableKind::Data;
    for (std::size_t flat = 0; flat < symbol.elements && checked; ++flat)
      if (symbol.equations[flat] >= 0) lowering.value(s, flat);
  }
  lowering.run();
  for (const auto& outcome : options.outcomes) {
    diagnostics.speak_of_file(outcome.location.file);
    want_outcome(outcome, lowering, requests, diagnostics);
    lowering.run();
    diagnostics.speak_of_model();
  }
  // Loops are searched among the valid equations, too: the invalid ones only remove edges.
  if (diagnostics.full()) return {};
  const Resolved resolved = resolve(lowering, diagnostics, budget);
  if (diagnostics.failed()) return {};
  budget.spend(resolved.graph.size());
  engine::Program program = emit(lowering, resolved, requests.wanted, diagnostics);
  program.name = model.name.display;
  program.time.method = static_cast<engine::Method>(model.time.method);
  return program;
}

}  // namespace

Results<engine::Program> compile(const model::Model& model, const CompileOptions& options) {
  model::Diagnostics diagnostics(model.files);
  try {
    engine::Program program = compile_checked(model, options, diagnostics);
    if (!diagnostics.failed()) {
      if (auto sound = engine::check_program(program); !sound)
        return Errors{sound.error().within("compiling " + model.name.display)};
      return program;
    }
  } catch (const TooLarge& limit) {
    if (!limit.told)
      diagnostics.error(FileLocation{}, DiagnosticCode::TooLarge, refusal(limit, ""), ErrorCode::Limit);
  } catch (const CalledOff&) {
    return Errors{failure(ErrorCode::Unavailable, "the compilation was called off")};
  }
  return diagnostics.take_errors();
}

Errors diagnostics_in(model::PartlyRead partly, const model::data::FileSource& files, std::stop_token stop) {
  if (!partly.worth_compiling) return std::move(partly.errors);
  model::Diagnostics all;
  all.errors(partly.errors);
  for (const auto& variable : partly.model.variables)
    if (variable.kind == model::VariableKind::Data) partly.model.unread.push_back(variable.name.key);
  auto resolved = model::data::resolve_partly(std::move(partly.model), files);
  all.errors(resolved.errors);
  if (resolved.worth_compiling)
    if (const auto compiled = compile(resolved.model, {.stop = std::move(stop)}); !compiled)
      all.errors(compiled.error());
  all.errors(time_errors(resolved.model));
  return all.take_errors();
}

std::vector<std::string> series_names(const model::Model& model) {
  std::vector<std::string> names;
  for (const auto& variable : model.variables)
    if (variable.kind != model::VariableKind::Lookup) names.push_back(variable.name.display);
  return names;
}

}  // namespace flowyard::controller::compiler
