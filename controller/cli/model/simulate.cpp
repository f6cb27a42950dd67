#include "controller/cli/model/simulate.hpp"

#include <algorithm>

#include "controller/cli/failure.hpp"
#include "controller/compiler/compile.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::controller::cli {
namespace {

namespace engine = worker::engine;

bool is_unfed(const model::Variable& variable) {
  const auto has_none = [](const model::Equation& equation) {
    return equation.tables.empty() && !equation.expression.present();
  };
  return variable.kind == model::VariableKind::Data &&
         std::any_of(variable.equations.begin(), variable.equations.end(), has_none);
}

}  // namespace

std::vector<std::string> savable_names(const model::Model& model) {
  std::vector<std::string> names;
  for (const auto& variable : model.variables)
    if (variable.kind != model::VariableKind::Lookup && !is_unfed(variable))
      names.push_back(variable.name.display);
  return names;
}

std::shared_ptr<const engine::Program> compile_model(const model::Model& model,
                                                     const std::vector<std::string>& series) {
  compiler::CompileOptions options;
  options.series = series;
  auto compiled = compiler::compile(model, options);
  if (!compiled) throw CommandFailed(compiled.error());
  return std::make_shared<const engine::Program>(std::move(*compiled));
}

engine::RunOutput run_once(const std::shared_ptr<const engine::Program>& program,
                           const engine::RunInput& input) {
  engine::RunOutput output;
  engine::Runner runner(program);
  if (auto ran = runner.run(input, output); !ran) throw CommandFailed(ran.error());
  return output;
}

}  // namespace flowyard::controller::cli
