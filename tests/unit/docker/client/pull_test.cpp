// What a pull's messages come to: its progress, and why it failed.
#include <gtest/gtest.h>

#include "docker/client/pull_failure.hpp"
#include "docker/client/pull_output.hpp"

namespace flowyard::docker {
namespace {

PullFailure failure_in(int status, const std::string& message) {
  return pull_failure_of(EngineError(status, message, "pull image x"));
}

TEST(PullOutput, AddsUpTheLayers) {
  PullOutput output;
  output.feed(R"({"status":"Pulling from library/python","id":"3.12"}
{"status":"Already exists","progressDetail":{},"id":"aa"}
{"status":"Pulling fs layer","progressDetail":{},"id":"bb"}
{"status":"Pulling fs layer","progressDetail":{},"id":"cc"}
{"status":"Downloading","progressDetail":{"current":10,"total":100},"id":"bb"}
)");
  EXPECT_EQ(output.progress(),
            (PullProgress{.done = 10, .total = 100, .layers = 3, .layers_sized = 2, .layers_done = 1}));
  output.feed(R"({"status":"Downloading","progressDetail":{"current":5,"total":50},"id":"cc"}
{"status":"Download complete","progressDetail":{},"id":"bb"}
{"status":"Extracting","progressDetail":{"current":1,"total":100},"id":"bb"}
)");
  EXPECT_EQ(output.progress(),
            (PullProgress{.done = 105, .total = 150, .layers = 3, .layers_sized = 3, .layers_done = 1}));
  output.feed(R"({"status":"Pull complete","progressDetail":{},"id":"bb"}
{"status":"Pull complete","progressDetail":{},"id":"cc"}
{"status":"Digest: sha256:12"}
)");
  output.finish();
  EXPECT_EQ(output.progress(),
            (PullProgress{.done = 150, .total = 150, .layers = 3, .layers_sized = 3, .layers_done = 3}));
  EXPECT_EQ(output.failure(), "");
}

TEST(PullOutput, TellsTheFailure) {
  PullOutput output;
  output.feed(R"({"errorDetail":{"message":"filesystem layer verification failed"},"error":"x"})");
  output.finish();
  EXPECT_EQ(output.failure(), "filesystem layer verification failed");
}

TEST(PullFailure, IsToldByTheWords) {
  EXPECT_EQ(failure_in(404, "manifest for x:1 not found: manifest unknown: manifest unknown"),
            PullFailure::Missing);
  EXPECT_EQ(failure_in(500, "Get \"http://127.0.0.1:5000/v2/x/manifests/1\": no basic auth credentials"),
            PullFailure::NoPermission);
  EXPECT_EQ(failure_in(500, "Head \"https://x\": unauthorized: authentication required"),
            PullFailure::NoPermission);
  EXPECT_EQ(failure_in(404,
                       "pull access denied for x, repository does not exist or may require 'docker login': "
                       "denied: requested access to the resource is denied"),
            PullFailure::NoPermission);
  EXPECT_EQ(failure_in(200, "filesystem layer verification failed for digest sha256:12"),
            PullFailure::Damaged);
  EXPECT_EQ(
      failure_in(500,
                 "Get \"http://127.0.0.1:5000/v2/\": dial tcp 127.0.0.1:5000: connect: connection refused"),
      PullFailure::OutOfReach);
  EXPECT_EQ(failure_in(500, "received unexpected HTTP status: 503 Service Unavailable"),
            PullFailure::OutOfReach);
  EXPECT_EQ(failure_in(500, "Get \"https://x/v2/\": x509: certificate signed by unknown authority"),
            PullFailure::Other);
  EXPECT_EQ(failure_in(400, "invalid reference format"), PullFailure::Missing);
}

}  // namespace
}  // namespace flowyard::docker
