// Certificates: an authority, a server certificate for 127.0.0.1, localhost and yard.example, a client
// certificate; and an authority that has nothing to do with them. Made with the openssl program in a folder
// that goes with the object.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace flowyard::test {

class Certificates {
 public:
  Certificates() {
    for (const std::string authority : {"ca", "other-ca"})
      run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" +
          authority + " -keyout " + file(authority + ".key") + " -out " + file(authority + ".pem"));
    std::ofstream(file("names")) << "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:yard.example\n";
    std::ofstream(file("no-names")) << "basicConstraints=CA:FALSE\n";
    sign("server", "names");
    sign("client", "no-names");
  }

  // "ca.pem", "other-ca.pem", "server.pem", "server.key", "client.pem", "client.key".
  std::string file(const std::string& name) const { return folder_ / name; }

 private:
  static void run(const std::string& command) {
    ASSERT_EQ(std::system((command + " 2>/dev/null").c_str()), 0) << command;
  }

  void sign(const std::string& name, const std::string& extensions) {
    run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name +
        " -keyout " + file(name + ".key") + " -out " + file(name + ".csr"));
    run("openssl x509 -req -days 2 -CAcreateserial -in " + file(name + ".csr") + " -CA " + file("ca.pem") +
        " -CAkey " + file("ca.key") + " -extfile " + file(extensions) + " -out " + file(name + ".pem"));
  }

  TemporaryFolder folder_;
};

}  // namespace flowyard::test
