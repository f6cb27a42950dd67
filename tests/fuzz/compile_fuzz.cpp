// A model's whole way against any text: read, compiled, serialized and back, and run for some steps. The
// first byte says the language: 'm' Vensim, 'x' XMILE, 'y' YAML.
#include <algorithm>
#include <memory>
#include <optional>

#include "tests/fuzz/reader_target.hpp"
#include "worker/compile/compile.hpp"
#include "worker/engine/check.hpp"
#include "worker/engine/runner.hpp"
#include "worker/engine/serialize.hpp"
#include "worker/model/any/reader.hpp"

namespace flowyard::fuzz {
namespace {

using worker::engine::Program;
using worker::engine::RunInput;
using worker::engine::RunOutput;

// Arrays of arrays are right and slow to compile.
bool is_small(const worker::model::Model& model) {
  constexpr std::size_t most_elements = 30;
  return std::all_of(model.dimensions.begin(), model.dimensions.end(),
                     [](const auto& dimension) { return dimension.members.size() <= most_elements; });
}

std::optional<worker::model::Model> model_in(std::string_view bytes) {
  const char* extension = bytes.front() == 'm' ? ".mdl" : bytes.front() == 'x' ? ".xmile" : ".yaml";
  auto read = worker::model::any::reader_for(std::string("fuzz") + extension)(bytes.substr(1), "fuzz");
  if (read.errors.empty()) return std::move(read.model);
  const auto no_files = [](const std::string&) -> Result<std::string> { return invalid("no files here"); };
  if (is_small(read.model)) (void)worker::compile::mistakes_in(std::move(read), no_files);
  return std::nullopt;
}

std::optional<Program> program_of(const worker::model::Model& model) {
  worker::compile::CompileOptions options{.series = worker::compile::series_names(model)};
  if (!options.series.empty())
    options.outcomes.push_back({"o", "max(\"" + options.series.front() + "\") + final_time"});
  auto program = worker::compile::compile(model, options);
  if (!program && program.error().empty()) std::abort();
  // The variable may not be one of which an outcome can be made; the rest is worth running all the same.
  if (!program) program = worker::compile::compile(model, {.series = options.series});
  if (!program) return std::nullopt;
  if (!worker::engine::check_program(*program)) std::abort();
  return std::move(*program);
}

Program sent_and_received(const Program& program) {
  const std::string sent = worker::engine::serialize(program);
  auto received = worker::engine::deserialize(sent);
  if (!received || worker::engine::serialize(*received) != sent) std::abort();
  return std::move(*received);
}

void run(worker::engine::Runner& runner, const RunInput& input) {
  RunOutput output;
  int questions = 0;
  (void)runner.run(input, output, [&] { return ++questions < 3; });
}

}  // namespace
}  // namespace flowyard::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flowyard::fuzz;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.empty() || has_long_number(bytes)) return 0;
  const auto model = model_in(bytes);
  if (!model || !is_small(*model)) return 0;
  auto program = program_of(*model);
  if (!program) return 0;
  const auto shared = std::make_shared<const Program>(sent_and_received(*program));
  flowyard::worker::engine::Runner runner(shared);
  run(runner, {.lanes = 3, .start = 0, .stop = 3, .step = 0.5, .save_every = 1});
  // The model's own times, where they are few.
  const auto& time = shared->time;
  if ((time.default_stop - time.default_start) / time.default_step < 50) run(runner, {.lanes = 3});
  return 0;
}
