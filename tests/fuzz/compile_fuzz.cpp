// A model's whole way against any text: read, compiled, serialized and back, and run for some steps, by
// machine code and by kernels. The first byte says the language: 'm' Vensim, 'x' XMILE, 'y' YAML.
#include <algorithm>
#include <bit>
#include <memory>
#include <optional>

#include "controller/compiler/compile.hpp"
#include "controller/model/formats/reader.hpp"
#include "tests/fuzz/reader_target.hpp"
#include "worker/engine/check.hpp"
#include "worker/engine/runner.hpp"
#include "worker/engine/serialize.hpp"

namespace flowyard::fuzz {
namespace {

using worker::engine::Program;
using worker::engine::RunInput;
using worker::engine::RunOutput;

// Arrays of arrays are right and slow to compile.
bool is_small(const controller::model::Model& model) {
  constexpr std::size_t kMostElements = 30;
  return std::all_of(model.dimensions.begin(), model.dimensions.end(),
                     [](const auto& dimension) { return dimension.members.size() <= kMostElements; });
}

std::optional<controller::model::Model> model_in(std::string_view bytes) {
  const char* extension = bytes.front() == 'm' ? ".mdl" : bytes.front() == 'x' ? ".xmile" : ".yaml";
  auto read =
      controller::model::formats::reader_for(std::string("fuzz") + extension)(bytes.substr(1), "fuzz");
  if (read.errors.empty()) return std::move(read.model);
  const auto no_files = [](const std::string&) -> Result<std::string> { return invalid("no files here"); };
  if (is_small(read.model)) (void)controller::compiler::diagnostics_in(std::move(read), no_files);
  return std::nullopt;
}

std::optional<Program> program_of(const controller::model::Model& model) {
  controller::compiler::CompileOptions options{.series = controller::compiler::series_names(model)};
  if (!options.series.empty())
    options.outcomes.push_back({"o", "max(\"" + options.series.front() + "\") + final_time"});
  auto program = controller::compiler::compile(model, options);
  if (!program && program.error().empty()) std::abort();
  // The variable may not be one of which an outcome can be made; the rest is worth running all the same.
  if (!program) program = controller::compiler::compile(model, {.series = options.series});
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

// Runs it on the given level; false where it was stopped early or refused.
bool run(const std::shared_ptr<const Program>& program, worker::engine::Level level, const RunInput& input,
         RunOutput& output) {
  int questions = 0;
  const auto ok = worker::engine::Runner(program, level).run(input, output, [&] { return ++questions < 3; });
  return ok && !output.interrupted;
}

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
}

// Machine code, alone and in company, must give what the plainest kernels give.
void compare(const std::shared_ptr<const Program>& program, RunInput input) {
  using worker::engine::Level;
  input.lanes = 1;
  RunOutput plain;
  const bool ran = run(program, Level::Base, input, plain);
  for (const std::size_t lanes : {1U, 3U}) {
    input.lanes = lanes;
    RunOutput native;
    if (run(program, worker::engine::best_level(), input, native) != ran && lanes == 1) std::abort();
    if (!ran || native.interrupted || native.times != plain.times) continue;
    for (std::size_t k = 0; k < plain.series.size(); ++k)
      for (std::size_t i = 0; i < plain.series[k].values.size(); ++i)
        if (!same(plain.series[k].values[i], native.series[k].values[i * lanes])) std::abort();
  }
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
  // Enough steps between two saves for machine code to be made.
  compare(shared, {.start = 0, .stop = 6, .step = 0.0625, .save_every = 3});
  // The model's own times, where they are few.
  const auto& time = shared->time;
  if ((time.default_stop - time.default_start) / time.default_step < 50) compare(shared, {});
  return 0;
}
