// The manifest of a checkout: the experiment, the programs that ran it and its results, as
// docs/manifest.schema.json specifies it. Pure.
#pragma once

#include <string>
#include <vector>

#include "controller/experiment/file/read.hpp"
#include "controller/service/use_cases.hpp"

namespace flowyard::controller::service {

inline constexpr int kManifestVersion = 1;

struct ManifestFile {
  std::string path;
  std::uint64_t bytes = 0;
  std::string sha256;
};

struct Manifest {
  ExperimentView experiment;
  std::string worker;                // where only its part was checked out; else empty
  std::string program;               // its version
  std::string docker_engine;         // its version; empty: no part in it
  CheckoutOptions rows;              // which rows were asked for
  std::vector<ManifestFile> inputs;  // what the experiment reads, models and data
  std::vector<ManifestFile> files;   // all others
};

std::string to_json(const Manifest& manifest, const experiment::file::LoadedExperiment& loaded);

}  // namespace flowyard::controller::service
