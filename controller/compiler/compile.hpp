// compile: a Model to a Program. The stages, one file each: dimensions and symbols (what the names mean),
// lower (equations, element by element, to a graph of scalar operations), order (what must be computed before
// what, separately for the start and for the steps), emit (sections, slots, instructions). Pure; a call may
// take seconds for a very large model, so keep it off the I/O thread.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "controller/model/data/resolve.hpp"
#include "controller/model/partly_read.hpp"
#include "worker/engine/program.hpp"

namespace flowyard::controller::compiler {

namespace engine = worker::engine;

// An outcome is an expression over reductions of saved values: last first max min mean sum integral std
// time_of_max time_of_min first_time(condition) last_time(condition) value_at(x, time) fraction(condition)
// count(condition). Outside of a reduction only parameters and what depends on nothing else may stand.
struct OutcomeRequest {
  std::string name;
  std::string expression;
  FileLocation location = {};  // of the expression
};

struct CompileOptions {
  // Variables to save over time: "Population", "Population[north]". The rest is not computed unless needed.
  std::vector<std::string> series = {};
  std::vector<OutcomeRequest> outcomes = {};
  // Ends some milliseconds after a stop is requested, with an error of code Unavailable.
  std::stop_token stop = {};
};

// Every error at once, each with its place.
Results<engine::Program> compile(const model::Model& model, const CompileOptions& options);

// What the reader found and, in what it could read, what compiling finds, in the order of the file. `files`
// gives those that the model names. Data variables without data are not an error here: a file may feed them.
Errors diagnostics_in(model::PartlyRead partly, const model::data::FileSource& files,
                      std::stop_token stop = {});

// The names of all variables that can be saved as series: no lookups.
std::vector<std::string> series_names(const model::Model& model);

}  // namespace flowyard::controller::compiler
