// What `runner: pysd` stands for: the model's own simulator, PySD, in place of the engine. The model is read
// and compiled all the same, so that names and times are checked as for the engine. One thread.
#pragma once

#include <string_view>

#include "controller/experiment/file/models.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/experiment/file/read.hpp"

namespace flowyard::controller::experiment::file {

// The program that runs PySD, by the name under which it is sent along (docker/images/pysd/flowyard_pysd.py).
inline constexpr const char* kPysdDriver = "flowyard_pysd.py";
extern const std::string_view pysd_driver;

// Puts what stands in for each model in the place of its program, and adds the files that PySD needs: its
// driver, and as XMILE each model that is not Vensim's or XMILE already. `loaded` is read, checked and
// compiled. Reports what PySD cannot do: another method than Euler's, a model that XMILE has no words for.
void run_by_pysd(LoadedExperiment& loaded, const ParsedExperiment& parsed, Models& models,
                 model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
