// Reads the sections that say how an experiment is run rather than what: workers, timeout, retry,
// failures, keep. One thread.
#pragma once

#include "controller/experiment/file/diagnostics.hpp"
#include "controller/experiment/file/parsed_experiment.hpp"

namespace flowyard::controller::experiment::file {

void read_workers(const yaml::Node& node, experiment::Workers& workers, Diagnostics& found);

// A named scenario's `workers:`, which may only override resources.
void read_resources(const yaml::Node& node, ParsedResources& resources, Diagnostics& found);

void read_timeout(const yaml::Node& node, experiment::Timeouts& timeout, Diagnostics& found);
void read_retry(const yaml::Node& node, experiment::Retry& retry, Diagnostics& found);
void read_failures(const yaml::Node& node, experiment::Failures& failures, Diagnostics& found);
void read_keep(const yaml::Node& node, experiment::Keep& keep, Diagnostics& found);

}  // namespace flowyard::controller::experiment::file
