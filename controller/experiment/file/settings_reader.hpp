// Reads the sections that say how an experiment is run rather than what: workers, timeout, retry,
// failures, keep. One thread.
#pragma once

#include "controller/spec/diagnostics.hpp"
#include "controller/spec/draft.hpp"

namespace flowyard::controller::spec {

void read_workers(const yaml::Node& node, domain::Workers& workers, Diagnostics& found);

// A named scenario's `workers:`, which may only override resources.
void read_resources(const yaml::Node& node, DraftResources& resources, Diagnostics& found);

void read_timeout(const yaml::Node& node, domain::Timeouts& timeout, Diagnostics& found);
void read_retry(const yaml::Node& node, domain::Retry& retry, Diagnostics& found);
void read_failures(const yaml::Node& node, domain::Failures& failures, Diagnostics& found);
void read_keep(const yaml::Node& node, domain::Keep& keep, Diagnostics& found);

}  // namespace flowyard::controller::spec
