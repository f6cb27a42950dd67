// Reads the sections that configure how an experiment is run: workers, timeout, retry, failures, keep. One
// thread.
#pragma once

#include "controller/experiment/file/parsed_experiment.hpp"
#include "controller/model/diagnostics.hpp"

namespace flowyard::controller::experiment::file {

void read_workers(const yaml::Node& node, experiment::Workers& workers, model::Diagnostics& found);

// A named scenario's `workers:`, which may only override resources.
void read_resources(const yaml::Node& node, ParsedResources& resources, model::Diagnostics& found);

void read_timeout(const yaml::Node& node, experiment::Timeouts& timeout, model::Diagnostics& found);
void read_retry(const yaml::Node& node, experiment::Retry& retry, model::Diagnostics& found);
void read_failures(const yaml::Node& node, experiment::Failures& failures, model::Diagnostics& found);
void read_keep(const yaml::Node& node, experiment::Keep& keep, model::Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
