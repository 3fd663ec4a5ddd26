import {
  addressOf,
  callbackAt,
  exportSecret,
  file,
  issuer,
  portOf,
  quoted,
  run,
  type Snippet,
  type SnippetFacts,
} from './facts.ts'

export function spring(facts: SnippetFacts): Snippet {
  const callback = callbackAt('/login/oauth2/code/poolhouse', facts)
  return {
    id: 'spring',
    title: 'Spring Boot',
    steps: [
      file(
        'pom.xml',
        `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>3.5.7</version>
  </parent>
  <groupId>app</groupId>
  <artifactId>app</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-web</artifactId>
    </dependency>
    <dependency>
      <groupId>org.springframework.boot</groupId>
      <artifactId>spring-boot-starter-oauth2-client</artifactId>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.springframework.boot</groupId>
        <artifactId>spring-boot-maven-plugin</artifactId>
      </plugin>
    </plugins>
  </build>
</project>
`,
      ),
      file(
        'src/main/resources/application.yml',
        `server:
  port: ${portOf(callback)}
spring:
  security:
    oauth2:
      client:
        registration:
          poolhouse:
            client-id: ${quoted(facts.clientId)}
            client-secret: \${CLIENT_SECRET}
            scope: [${facts.scopes.map(quoted).join(', ')}]
        provider:
          poolhouse:
            issuer-uri: ${quoted(issuer(facts))}
            user-name-attribute: sub
`,
      ),
      file(
        'src/main/java/app/App.java',
        `package app;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class App {
  public static void main(String[] args) {
    SpringApplication.run(App.class, args);
  }

  @GetMapping("/")
  Map<String, Object> home(@AuthenticationPrincipal OidcUser user) {
    return user.getClaims();
  }
}
`,
      ),
      run(exportSecret(facts), 'mvn spring-boot:run'),
    ],
    open: addressOf('/', callback),
    callbackUrl: callback,
  }
}
